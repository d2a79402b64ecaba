"""The results panel: an image, a text or an example of the data through a trained checkpoint, and what comes out."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QSignalBlocker, Qt, QTimer, Signal
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from app.client import State, Task
from app.core.files import FileError
from app.messages import Answer, Example, Failed, Given, ImageFile, Ran, Shown, Text
from app.requests import Runnable, run_request, runnables
from app.runs import Run, RunError
from app.ui.dialogs import Dialogs
from app.ui.engine import EngineLink
from app.ui.panels.bars import Bars
from app.ui.panels.drop import IMAGES, DropBox
from app.ui.panels.fields import LABEL_WIDTH
from app.ui.panels.giving import alphabet, can_be_given, noise, numbers, spoken
from app.ui.panels.previews import Picture
from app.ui.run_watch import RunWatch
from app.ui.style import Style, label, set_role
from app.ui.workspace import Workspace

TIMEOUT = 60.0
GIVEN_WIDTH, PICTURE_WIDTH = 112, 224
SHORT_TEXT, LINE = 24, 38
TELL_AFTER_MS = 400
"""What is done by then needs no word."""
NOTHING_TRAINED = "Nothing is trained yet. Train the model first; then try it here on an image, a text or an example."
TRAINING = "The model is training. It can be tried here as soon as its first checkpoint is written."
LOADING = "PyTorch is being loaded; the first time takes a few seconds."
RUNNING = "Running the model on it…"
CANCELLED = "Cancelled."


class ResultsPanel(QWidget):
    """``wanted`` carries the id of a command that an empty panel offers."""

    wanted = Signal(str)

    def __init__(self, workspace: Workspace, look: Style, dialogs: Dialogs, engine: EngineLink, runs: RunWatch) -> None:
        super().__init__()
        self.workspace, self._look, self._dialogs = workspace, look, dialogs
        self.engine, self.runs = engine, runs
        self._shown_run: Run | None = None
        self.shown: list[QWidget] = []
        self._task: Task | None = None
        self._asked = 0
        self._image: Path | None = None
        self._folder = Path.home()
        self._late = QTimer(self, singleShot=True, interval=TELL_AFTER_MS)
        self._late.timeout.connect(self._tell_busy)
        self._make()
        self._assemble()
        self._listen()
        self.refresh()

    # -- parts ----------------------------------------------------------------------------------------------------

    def _make(self) -> None:
        self.ways, self.checkpoints, self.splits = QComboBox(), QComboBox(), QComboBox()
        for box, name in ((self.ways, "What to run"), (self.checkpoints, "Checkpoint"), (self.splits, "Split")):
            box.setAccessibleName(name)
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.splits.setMinimumContentsLength(6)
        self.splits.addItems(["test", "validation", "train"])
        self.drop = DropBox("Drop an image here, or click to choose one")
        self.invert = QCheckBox("Dark on light (swap black and white)")
        self.text = QLineEdit(placeholderText="Type a text and press Enter")
        self.text.setAccessibleName("Text to run")
        self.index = QSpinBox(maximum=999_999)
        self.index.setFixedWidth(84)
        self.index.setAccessibleName("Number of the example")
        self.example_label = label("Example")
        self.example_button = QPushButton("Run this example")
        self.cancel_button = QPushButton("Cancel")
        self.cancel_button.setAccessibleName("Cancel the run of this example")
        self.busy = QProgressBar(textVisible=False, minimum=0, maximum=0)
        self.busy.setAccessibleName("Working")
        self.empty = label(NOTHING_TRAINED, "empty")
        self.start_button = QPushButton("Go to training")
        self.start_button.setProperty("primary", True)
        self.weights_button = QPushButton("Save trained weights…")
        self.message = label(role="muted", wrap=True)
        for widget in (self.cancel_button, self.busy):
            widget.hide()

    def _assemble(self) -> None:
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(8)
        column.addLayout(_row("Graph", self.ways))
        column.addLayout(_row("Checkpoint", self.checkpoints))
        column.addWidget(self.drop)
        column.addWidget(self.invert)
        column.addWidget(self.text)
        column.addLayout(_labelled(self.example_label, self.splits, self.index))
        buttons = QHBoxLayout()
        buttons.addWidget(self.example_button, 1)
        buttons.addWidget(self.cancel_button)
        column.addLayout(buttons)
        column.addWidget(self.busy)
        column.addWidget(self.message)
        self._outcome = QVBoxLayout()
        column.addLayout(self._outcome)
        column.addStretch()
        column.addWidget(self.weights_button)
        self.body = QScrollArea(widgetResizable=True)
        self.body.setFrameShape(QFrame.Shape.NoFrame)
        self.body.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.body.setWidget(inner)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._make_empty())
        layout.addWidget(self.body, 1)

    def _make_empty(self) -> QWidget:
        self.nothing = QWidget()
        row = QHBoxLayout()
        row.addStretch()
        row.addWidget(self.start_button)
        row.addStretch()
        column = QVBoxLayout(self.nothing)
        column.addStretch()
        column.addWidget(self.empty)
        column.addLayout(row)
        column.addStretch()
        return self.nothing

    def _listen(self) -> None:
        self.runs.chosen.connect(lambda _: self.refresh())
        self.runs.status_changed.connect(lambda _: self.refresh())
        self.ways.activated.connect(lambda _: self._show_way())
        self.drop.clicked.connect(self._choose_image)
        self.drop.dropped.connect(lambda path: self.run_image(Path(path)))
        self.text.returnPressed.connect(self.run_text)
        self.example_button.clicked.connect(self.run_example)
        self.index.lineEdit().returnPressed.connect(self.run_example)
        self.invert.clicked.connect(self._invert_again)
        self.cancel_button.clicked.connect(self.cancel)
        self.start_button.clicked.connect(lambda: self.wanted.emit("panel_training"))
        self.weights_button.clicked.connect(lambda: self.wanted.emit("save_weights"))
        self.engine.state_changed.connect(lambda _: self._tell_busy())

    # -- showing --------------------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """What can be tried: the checkpoints of the run that the training panel shows."""
        run = self.runs.run
        found = run.checkpoints() if run is not None else []
        self.nothing.setVisible(not found)
        self.empty.setText(TRAINING if self.runs.is_running else NOTHING_TRAINED)
        self.body.setVisible(bool(found))
        if run is None or not found:
            return
        if self._shown_run is not run:
            self._shown_run = run
            self.cancel()
            self._clear()
            self._say("")
            self._put_away()
            self._read(run)
        self._show_checkpoints(run, [path.name for path in found])

    def _read(self, run: Run) -> None:
        """The document as it was trained, which may differ from the one that is open."""
        self.ways.clear()
        try:
            found = runnables(run.document(), self.workspace.library, run.settings.preset or None)
        except (RunError, FileError, OSError, ValueError) as error:
            self._say(f"This run cannot be used: {error}", "error")
            return
        # Previews come first: the recipe draws them to be looked at. What nothing can be given to is left out.
        for way in sorted((way for way in found if can_be_given(way)), key=lambda way: not way.is_step):
            self.ways.addItem(f"{way.title} ({'preview' if way.is_step else 'the model'})", way)
        self._show_way()

    def _show_checkpoints(self, run: Run, names: list[str]) -> None:
        best = run.best()
        wanted = [(f"Best: {spoken(best.name).lower()}", best.name)] if best is not None else []
        wanted += [(spoken(name), name) for name in reversed(names)]
        known = [
            (self.checkpoints.itemText(row), self.checkpoints.itemData(row)) for row in range(self.checkpoints.count())
        ]
        if known == wanted:
            return
        follows = self.checkpoints.currentIndex() <= 0  # the best or newest, as long as nobody chose another
        chosen = self.checkpoints.currentData()
        with QSignalBlocker(self.checkpoints):
            self.checkpoints.clear()
            for text, name in wanted:
                self.checkpoints.addItem(text, name)
            self.checkpoints.setCurrentIndex(0 if follows else max(self.checkpoints.findData(chosen), 0))

    @property
    def way(self) -> Runnable | None:
        found = self.ways.currentData()
        return found if isinstance(found, Runnable) else None

    def _show_way(self) -> None:
        way = self.way
        takes = way.takes[0] if way is not None else ""
        self.drop.setVisible(takes == "image")
        self.invert.setVisible(takes == "image")
        self.text.setVisible(takes == "text")
        self.text.setPlaceholderText(alphabet(way.labels[0]) if takes == "text" and way is not None else "")
        drawn = way is not None and not way.fields[0]
        self.splits.setVisible(not drawn)
        self.example_label.setText("Seed" if drawn else "Example")
        self.example_button.setText("Run on random numbers" if drawn else "Run this example")

    def _say(self, sentence: str, role: str = "muted") -> None:
        self.message.setText(sentence)
        set_role(self.message, role)

    # -- running --------------------------------------------------------------------------------------------------

    def _choose_image(self) -> None:
        chosen = self._dialogs.open_path("Choose an image", str(self._folder), f"Images ({IMAGES})")
        if chosen:
            self._folder = Path(chosen).parent
            self.run_image(Path(chosen))

    def run_image(self, path: Path) -> None:
        self._image = path
        self.drop.show_picture(QPixmap(str(path)))
        self._run(ImageFile(str(path), invert=self.invert.isChecked()))

    def run_text(self) -> None:
        if self.text.text():
            self._run(Text(self.text.text()))

    def _invert_again(self) -> None:
        """The picture that lies there, the other way round."""
        if self._image is not None:
            self.run_image(self._image)

    def _put_away(self) -> None:
        self._image = None
        self.drop.show_picture(QPixmap())

    def run_example(self) -> None:
        self._put_away()
        self._run(Example(self.splits.currentText(), self.index.value()))

    def _run(self, given: Given) -> None:
        """Through the chosen checkpoint. Where there are more inputs, they take the same example, or the first."""
        way, run = self.way, self.runs.run
        if way is None or run is None:
            return
        others = given if isinstance(given, Example) else Example()
        inputs: dict[str, Given] = {
            tensor.name: given if number == 0 else others for number, tensor in enumerate(way.inputs)
        }
        for tensor, field in zip(way.inputs, way.fields, strict=True):
            if not field:
                inputs[tensor.name] = noise(tensor, self.index.value())
        checkpoint = self.checkpoints.currentData() or ""
        try:
            request = run_request(run, self.workspace.library, way.name, inputs, checkpoint=checkpoint)
        except (RunError, FileError, OSError, ValueError) as error:
            self._say(str(error), "error")
            return
        self.cancel()
        self._say("")
        self._late.start()
        self._show_busy(True)
        self._asked += 1
        self._task = self.engine.ask(
            request, partial(self._came, self._asked), partial(self._failed, self._asked), timeout=TIMEOUT
        )

    def cancel(self) -> None:
        """Give up what is being run; the answer, should it still come, is not shown."""
        if self._task is not None:
            task, self._task = self._task, None
            task.cancel()
            self._show_busy(False)
            self._say(CANCELLED)

    def _show_busy(self, busy: bool) -> None:
        # No button with the focus is switched off or hidden: Qt would give it to the next one, and scroll there.
        if not busy and self.window().focusWidget() is self.cancel_button:
            self.example_button.setFocus()
        self.cancel_button.setVisible(busy)
        if not busy:
            self._late.stop()
            self.busy.hide()

    def _tell_busy(self) -> None:
        """What is going on, once it takes longer than a moment."""
        if self._task is not None and not self._late.isActive():
            self.busy.show()
            self._say(RUNNING if self.engine.state.state is State.READY else LOADING)

    def _came(self, asked: int, answer: Answer) -> None:
        if self._task is None or asked != self._asked:
            return  # the answer to one that was given up
        self._task = None
        self._show_busy(False)
        if not isinstance(answer, Ran):
            return
        self._say(f"{spoken(answer.checkpoint)}, {_time(answer.seconds)}")
        self._clear()
        went_in = {tensor.name for tensor in self.way.inputs} if self.way is not None else set()
        for shown in answer.given:
            self._add(label(f"{'Given' if shown.name in went_in else 'The data say'}: {shown.name}", "section"))
            self._add(self._given(shown))
        pictures = {shown.png for shown in answer.given if shown.png}
        for shown in answer.shown:
            if shown.png in pictures:
                continue  # a preview that gives its own input back
            self._add(label(f"Answer: {shown.name}", "section"))
            if shown.kind == "bars":
                self._add(label(shown.text, "title"))
            self._add(self._widget(shown))

    def _given(self, shown: Shown) -> QWidget:
        """What went in, small: it is known already, and shows how the model sees it."""
        if shown.kind == "text" and len(shown.text) <= SHORT_TEXT:
            return label(shown.text)
        if shown.kind != "image":
            return self._words(shown)
        made = self._widget(shown)
        made.setMaximumWidth(GIVEN_WIDTH)
        return made

    def _failed(self, asked: int, failed: Failed) -> None:
        if self._task is None or asked != self._asked:
            return
        self._task = None
        self._show_busy(False)
        self._say(failed.message, "error")

    def _clear(self) -> None:
        for widget in self.shown:
            self._outcome.removeWidget(widget)
            widget.deleteLater()
        self.shown = []

    def _add(self, widget: QWidget) -> None:
        self.shown.append(widget)
        self._outcome.addWidget(widget)

    def _widget(self, shown: Shown) -> QWidget:
        if shown.kind == "image":
            pixmap = QPixmap()
            pixmap.loadFromData(shown.png)
            picture = Picture(shown.name)
            picture.setMaximumWidth(PICTURE_WIDTH)
            picture.show_pixmap(pixmap)
            return picture
        if shown.kind == "bars":
            return Bars(self._look, shown.labels, numbers(shown.values))
        return self._words(shown)

    def _words(self, shown: Shown) -> QWidget:
        words = QPlainTextEdit(shown.text, objectName="code")
        words.setReadOnly(True)
        words.setAccessibleName(shown.name)
        words.setFont(self._look.mono())  # brackets, code and tables are read by their columns
        words.document().setDocumentMargin(8)
        words.setFixedHeight(min(34 + 17 * (shown.text.count("\n") + 1 + len(shown.text) // LINE), 240))
        return words


def _time(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms" if seconds < 1 else f"{seconds:.1f} s"


def _row(name: str, *widgets: QWidget) -> QHBoxLayout:
    return _labelled(label(name), *widgets)


def _labelled(heading: QLabel, *widgets: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    heading.setFixedWidth(LABEL_WIDTH)
    row.addWidget(heading)
    for widget in widgets:
        row.addWidget(widget, 0 if isinstance(widget, QPushButton | QSpinBox) else 1)
    row.addStretch()
    return row
