"""Load published weights: which there are for the open document, or a file of one's own; with progress and cancel."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QDialog, QHBoxLayout, QProgressBar, QPushButton, QVBoxLayout, QWidget

from app.core.demand import as_bytes
from app.messages import WeightsLoaded
from app.runs import Run
from app.ui.dialogs import Dialogs
from app.ui.engine import EngineLink
from app.ui.run_watch import RunWatch
from app.ui.style import label, set_role
from app.ui.weights import Place, WeightsJob
from app.ui.workspace import Workspace
from app.weights import cache, delivery
from app.weights.published import Published, published, template_of, translation_for

if TYPE_CHECKING:
    from app.ui.main_window import MainWindow

WIDTH = 480
STEPS = 1000
FILES = "Weights (*.safetensors *.pth *.pt *.bin);;All files (*)"
INTRODUCTION = (
    "Weights that others have trained. They become a run of this document: try them under Results, train on from "
    "them, or save them with the code."
)
NOTHING = "No published weights are known for this document. If you have a file of weights, load that."
SAFE = "A file of yours may be safetensors, or a state_dict as torch.save writes it. Code in it is never run."
CANCELLED = "Cancelled. What had come is kept, and the next download goes on from there."


class WeightsDialog(QDialog):
    """Stands beside the work: the drawing can be used meanwhile. Closing it gives up what is under way."""

    def __init__(
        self, workspace: Workspace, dialogs: Dialogs, engine: EngineLink, runs: RunWatch, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Load published weights")
        self._workspace, self._dialogs, self._engine, self._runs = workspace, dialogs, engine, runs
        self.job: WeightsJob | None = None
        self._make()
        self._assemble()
        self._listen()
        self._fill()
        self._show_facts()
        self._show_work(False)

    # -- parts ----------------------------------------------------------------------------------------------------

    def _make(self) -> None:
        self.heading = label("", "heading", wrap=True)
        self.entries, self.models = QComboBox(), QComboBox()
        self.entries.setAccessibleName("Published weights")
        self.models.setAccessibleName("Model that the weights are for")
        for box in (self.entries, self.models):
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.facts = label("", "muted", wrap=True)
        self.progress = QProgressBar(textVisible=False, minimum=0, maximum=STEPS)
        self.progress.setAccessibleName("How much has come")
        self.message = label("", "muted", wrap=True)
        self.message.setAccessibleName("What is going on")
        self.load_button = QPushButton("Download and load")
        self.load_button.setProperty("primary", True)
        self.load_button.setMinimumWidth(self.load_button.sizeHint().width())  # it says Load where the file is here
        self.file_button = QPushButton("Load a file…")
        self.cancel_button, self.close_button = QPushButton("Cancel"), QPushButton("Close")

    def _assemble(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(10)
        column.addWidget(self.heading)
        column.addWidget(label(INTRODUCTION, "muted", wrap=True))
        column.addWidget(self.entries)
        column.addWidget(self.facts)
        self.model_row = QWidget()
        row = QHBoxLayout(self.model_row)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(label("A file of yours is for"))
        row.addWidget(self.models, 1)
        column.addWidget(self.model_row)
        column.addWidget(label(SAFE, "muted", wrap=True))
        column.addWidget(self.progress)
        column.addWidget(self.message)
        column.addStretch()
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.load_button)
        buttons.addWidget(self.file_button)
        buttons.addStretch()
        buttons.addWidget(self.cancel_button)
        buttons.addWidget(self.close_button)
        column.addLayout(buttons)
        self.setMinimumWidth(WIDTH)

    def _listen(self) -> None:
        self.entries.activated.connect(lambda _: self._show_facts())
        self.load_button.clicked.connect(self.load)
        self.file_button.clicked.connect(self.choose_file)
        self.cancel_button.clicked.connect(self.cancel)
        self.close_button.clicked.connect(self.close)
        self.finished.connect(lambda _: self._give_up())
        self._workspace.opened.connect(self._document_opened)

    # -- showing --------------------------------------------------------------------------------------------------

    def _fill(self) -> None:
        workspace = self._workspace
        self.heading.setText(workspace.document.title or "Untitled")
        self.template = template_of(workspace.document)
        self.entries.clear()
        for entry in published(self.template):
            if entry.preset in workspace.document.presets:
                self.entries.addItem(f"{entry.name} ({entry.preset}, {as_bytes(entry.size)})", entry)
        here = next((row for row in range(self.entries.count()) if self._at(row).preset == workspace.preset), 0)
        self.entries.setCurrentIndex(here)
        self.models.clear()
        self.models.addItem("all models", "")
        for model in workspace.document.models.values():
            if not model.average_of:
                self.models.addItem(model.name, model.name)
        self.model_row.setVisible(self.models.count() > 2)

    def _at(self, row: int) -> Published:
        entry = self.entries.itemData(row)
        assert isinstance(entry, Published)
        return entry

    @property
    def entry(self) -> Published | None:
        row = self.entries.currentIndex()
        return self._at(row) if row >= 0 else None

    def _show_facts(self) -> None:
        entry = self.entry
        self.entries.setVisible(entry is not None)
        self.load_button.setVisible(entry is not None)
        self.file_button.setDefault(entry is None)
        self.load_button.setDefault(entry is not None)
        if entry is None:
            self.facts.setText(NOTHING)
            return
        here = cache.is_here(entry.wanted)
        self.load_button.setText("Load" if here else "Download and load")
        where = "It was downloaded before." if here else f"From {urlsplit(entry.url).hostname}."
        self.facts.setText(
            f"{entry.publisher}, for the preset {entry.preset}. {where} "
            f"{entry.check[:1].upper()}{entry.check[1:]}. Licence: {entry.licence}."
        )

    def _show_work(self, is_working: bool) -> None:
        for widget in (self.entries, self.models, self.load_button, self.file_button):
            widget.setEnabled(not is_working)
        self.progress.setVisible(is_working)
        self.cancel_button.setVisible(is_working)
        self.close_button.setVisible(not is_working)
        if is_working:
            self.cancel_button.setFocus()
        self._say("")

    def _say(self, sentence: str, role: str = "muted") -> None:
        self.message.setText(sentence)
        self.message.setVisible(bool(sentence))
        set_role(self.message, role)
        self.adjustSize()

    def _document_opened(self) -> None:
        """What is under way belongs to the document that it was asked for; else this shows the new one."""
        if self.job is None:
            self._fill()
            self._show_facts()
            self._say("")

    # -- working --------------------------------------------------------------------------------------------------

    def load(self) -> None:
        """The chosen published weights, from here or from where they are published."""
        entry = self.entry
        if entry is not None and self.job is None:
            self._begin(entry.preset, "").fetch(entry)

    def choose_file(self) -> None:
        chosen = self._dialogs.open_path("Choose a file of weights", str(Path.home()), FILES)
        if chosen:
            self.load_file(Path(chosen))

    def load_file(self, file: Path) -> None:
        """A file that the person has, for the preset that one looks through."""
        if self.job is None:
            preset = self._workspace.preset
            self._begin(preset, self.models.currentData() or "").read_file(file, translation_for(self.template, preset))

    def _begin(self, preset: str, model: str) -> WeightsJob:
        workspace = self._workspace
        place = Place(workspace.document, preset, workspace.path, model)
        self.job = job = WeightsJob(workspace, self._engine, place)
        job.told.connect(self._tell)
        job.failed.connect(self._failed)
        job.done.connect(self._done)
        self._show_work(True)
        return job

    def cancel(self) -> None:
        self._give_up()
        self._show_work(False)
        self._show_facts()
        self._say(CANCELLED)

    def _give_up(self) -> None:
        if self.job is not None:
            self.job.cancel()
            self.job = None

    def _tell(self, share: float, text: str) -> None:
        if self.job is None or self.sender() not in (self.job, None):
            return
        self.progress.setMaximum(STEPS if share >= 0 else 0)  # without an end it runs to and fro
        self.progress.setValue(max(round(share * STEPS), 0))
        self._say(text)

    def _failed(self, sentence: str) -> None:
        self.job = None
        self._show_work(False)
        self._show_facts()
        self._say(sentence, "error")

    def _done(self, run: object, answer: object) -> None:
        job, self.job = self.job, None
        if job is None or not isinstance(run, Run) or not isinstance(answer, WeightsLoaded):
            return
        workspace, origin = self._workspace, delivery.origin_of(run)
        title = origin.title if origin is not None else "the file"
        workspace.said.emit(f"{answer.parameters:,} parameters of {' and '.join(answer.models)} are from {title}")
        if (workspace.path, workspace.document.title) == (job.place.path, job.place.document.title):
            self._runs.choose(run)
        self.accept()


def open_weights(window: MainWindow) -> WeightsDialog:
    """The dialog of this window: the one that is open, or a new one."""
    found = window.findChild(WeightsDialog)
    if found is None or not found.isVisible():  # a closed one is on its way out
        window.show_panel("training")  # makes the engine's link and the watch of runs, if they are not there yet
        assert window.training is not None
        found = WeightsDialog(window.workspace, window.dialogs, window.training.engine, window.training.runs, window)
        found.accepted.connect(lambda: window.show_panel("results"))
    found.show()
    found.raise_()
    return found
