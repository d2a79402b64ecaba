"""The training panel: what to train on and how, start, pause and stop, curves, previews, time left, runs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QSignalBlocker, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.client import State
from app.codegen.source import GenerationError
from app.core.document import Document
from app.messages import Answer, Built, Failed, Forecasted
from app.requests import build_request, forecast_request
from app.runs import RunError, start_run
from app.ui.dialogs import Dialogs
from app.ui.engine import EngineLink
from app.ui.panels.curves import Curves
from app.ui.panels.fields import LABEL_WIDTH
from app.ui.panels.previews import Previews
from app.ui.panels.recipe_form import RecipeForm
from app.ui.panels.recipe_start import RecipeStart
from app.ui.panels.run_words import describe, engine_sentence, goal_sentence, is_reached, sentence
from app.ui.run_watch import RunWatch
from app.ui.style import Style, label, set_role
from app.ui.workspace import Workspace

AUTO = "Best there is"
FORECAST_TIMEOUT = 120.0
CHECK_TIMEOUT = 120.0
WARM_UP_AFTER_MS = 1500
"""The first moments belong to whoever has just opened the window; importing torch takes a core for a second."""


class TrainingPanel(QWidget):
    """``running_changed`` when a run starts or ends; ``engine_said`` a sentence about the engine (or nothing)."""

    running_changed = Signal()
    engine_said = Signal(str)

    def __init__(self, workspace: Workspace, look: Style, dialogs: Dialogs) -> None:
        super().__init__()
        self.workspace, self._look, self._dialogs = workspace, look, dialogs
        self.engine = EngineLink(self)
        self.runs = RunWatch(workspace)
        self.form = RecipeForm(workspace, dialogs)
        self.curves = Curves(look)
        self.previews = Previews(look)
        self._was_running = False
        self._make()
        self._assemble()
        self._listen()
        self._tell_forecast("")
        self._document_opened()
        self._warm_up = QTimer(self, singleShot=True, interval=WARM_UP_AFTER_MS)
        self._warm_up.timeout.connect(self.engine.start)
        self._warm_up.start()

    # -- parts ----------------------------------------------------------------------------------------------------

    def _make(self) -> None:
        self.presets, self.devices, self.known = QComboBox(), QComboBox(), QComboBox()
        for box, name in ((self.presets, "Preset"), (self.devices, "Device"), (self.known, "Runs")):
            box.setAccessibleName(name)
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.devices.addItem(AUTO, "auto")
        self.start_button = QPushButton("Start")
        self.start_button.setProperty("primary", True)
        self.pause_button, self.stop_button = QPushButton("Pause"), QPushButton("Stop")
        self.forecast_button = QPushButton("Forecast")
        self.forecast_button.setToolTip("Measure a few real steps: how long, and how much memory")
        self.bar = QProgressBar(textVisible=False)
        self.bar.setAccessibleName("Progress")
        self.state = label(wrap=True)
        self.message = label(role="error", wrap=True)
        self.goal = label(role="muted", wrap=True)
        self.forecast = label(role="muted", wrap=True)
        self.resume_button = QPushButton("Resume")
        self.folder_button = QToolButton(text="Open folder")
        self.empty = RecipeStart(self.workspace)

    def _assemble(self) -> None:
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(8)
        self.preset_row = _row("Preset", self.presets)
        for row in (self.preset_row, _row("Device", self.devices)):
            column.addWidget(row)
        column.addLayout(_buttons(self.start_button, self.pause_button, self.stop_button, self.forecast_button))
        for widget in (self.forecast, self.bar, self.state, self.message, self.goal, self.curves, self.previews):
            column.addWidget(widget)
        column.addWidget(self.form)
        column.addWidget(label("Runs", "section"))
        column.addWidget(self.known)
        column.addLayout(_buttons(self.resume_button, self.folder_button))
        column.addStretch()
        self.body = QScrollArea(widgetResizable=True)
        self.body.setFrameShape(QFrame.Shape.NoFrame)
        self.body.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.body.setWidget(inner)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.empty, 1)
        layout.addWidget(self.body, 1)
        self.setFocusProxy(self.start_button)

    def _listen(self) -> None:
        workspace, runs = self.workspace, self.runs
        workspace.opened.connect(self._document_opened)
        workspace.document_changed.connect(lambda _: self._show_recipe())
        workspace.preset_changed.connect(lambda _: self._show_recipe())
        self.presets.activated.connect(lambda _: workspace.choose_preset(self.presets.currentText()))
        self.start_button.clicked.connect(self.start)
        self.pause_button.clicked.connect(self.pause)
        self.stop_button.clicked.connect(self.stop)
        self.forecast_button.clicked.connect(self.ask_forecast)
        self.resume_button.clicked.connect(self.resume)
        self.folder_button.clicked.connect(self._open_folder)
        self.known.activated.connect(lambda _: self.runs.choose(self.known.currentData()))
        runs.chosen.connect(self._run_chosen)
        runs.status_changed.connect(self._show_status)
        runs.metrics_added.connect(self._show_metrics)
        runs.previews_changed.connect(self._show_previews)
        runs.failed.connect(self._say)
        self.engine.state_changed.connect(self._engine_changed)

    # -- showing --------------------------------------------------------------------------------------------------

    def _document_opened(self) -> None:
        self._show_recipe()
        self.runs.attach()

    def _show_recipe(self) -> None:
        document = self.workspace.document
        has_recipe = document.recipe is not None
        self.body.setVisible(has_recipe)
        self.empty.setVisible(not has_recipe)
        self.preset_row.setVisible(bool(document.presets))
        with QSignalBlocker(self.presets):
            self.presets.clear()
            for row, preset in enumerate(document.presets.values()):
                self.presets.addItem(preset.name)
                self.presets.setItemData(row, preset.summary, Qt.ItemDataRole.ToolTipRole)
            self.presets.setCurrentText(self.workspace.preset)
        self._show_goal()

    def _run_chosen(self, run: Any) -> None:
        self.curves.clear()
        self.previews.clear()
        self.bar.setVisible(run is not None)
        self._say("")
        self.state.setText("" if run is not None else "Not trained yet. Choose the data, then press Start.")
        self._show_goal()
        self._show_runs()
        self._show_buttons()

    def _show_runs(self) -> None:
        current = self.runs.run
        self.known.clear()
        for run in self.runs.known():
            self.known.addItem(describe(run), run)
            if current is not None and run.folder == current.folder:
                self.known.setCurrentIndex(self.known.count() - 1)
        if not self.known.count():
            self.known.addItem("No runs yet", None)
        self.known.setEnabled(self.known.currentData() is not None)

    def _show_status(self, status: Any) -> None:
        self.bar.setRange(0, max(status.steps, 1))
        self.bar.setValue(status.step)
        self.state.setText(sentence(status))
        self._say(status.message)
        self._show_goal()
        self._show_buttons()
        if self.runs.is_running != self._was_running:
            self._was_running = self.runs.is_running
            self._show_runs()
            self.running_changed.emit()

    def _show_metrics(self, metrics: Any) -> None:
        self.curves.add(metrics)
        self._show_goal()

    def _show_previews(self, files: Any) -> None:
        self.previews.show_files(files)

    def _show_buttons(self) -> None:
        status, run = self.runs.status, self.runs.run
        running = self.runs.is_running
        self.start_button.setEnabled(not running)
        self.pause_button.setEnabled(running)
        self.pause_button.setText("Go on" if status.state == "paused" else "Pause")
        self.stop_button.setEnabled(running)
        can_resume = run is not None and not running and status.state != "finished" and bool(run.checkpoints())
        self.resume_button.setEnabled(can_resume)
        self.folder_button.setEnabled(run is not None)

    def _say(self, sentence: str) -> None:
        self.message.setText(sentence)
        self.message.setVisible(bool(sentence))
        set_role(self.message, "error" if self.runs.status.state in ("failed", "gone", "starting") else "warning")

    def _show_goal(self) -> None:
        preset = self.workspace.document.presets.get(self.workspace.preset)
        goal = preset.goal if preset is not None else None
        self.goal.setVisible(goal is not None)
        if goal is None:
            return
        series = self.curves.series.get(f"{goal.evaluation}.{goal.metric}")
        reached = series.values[-1] if series is not None else None
        self.goal.setText(goal_sentence(goal, reached))
        set_role(self.goal, "muted" if reached is None else "success" if is_reached(goal, reached) else "warning")

    # -- the run --------------------------------------------------------------------------------------------------

    @property
    def is_running(self) -> bool:
        return self.runs.is_running

    def start(self) -> None:
        """A new run of the document as it is now, under the chosen preset."""
        if self.runs.is_running or self._why_not():
            return
        workspace = self.workspace
        self._attempt(
            lambda: self.runs.choose(
                start_run(
                    workspace.document,
                    workspace.library,
                    workspace.preset or None,
                    path=workspace.path,
                    device=self.devices.currentData(),
                )
            )
        )

    def _why_not(self) -> bool:
        """Say what stands in the way of training, if anything does."""
        if not self.workspace.elaboration.is_sound:
            self._say("There are problems to solve first; the Problems panel says which.")
        elif self.form.missing.text():
            self._say(self.form.missing.text())
        else:
            return False
        return True

    def pause(self) -> None:
        """Pause, or go on where it is paused."""
        run, paused = self.runs.run, self.runs.status.state == "paused"
        if run is not None:
            self._attempt(run.resume if paused else run.pause)

    def stop(self) -> None:
        if self.runs.run is not None:
            self._attempt(self.runs.run.stop)

    def resume(self) -> None:
        """Go on from the last checkpoint."""
        run = self.runs.run
        if run is not None:
            self._attempt(lambda: run.resume(device=self.devices.currentData()))
            self.runs.watch_again()

    def _attempt(self, action: Callable[[], object]) -> None:
        try:
            action()
        except (RunError, GenerationError, OSError) as error:
            self._say(str(error))

    def _open_folder(self) -> None:
        if self.runs.run is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self.runs.run.folder)))

    # -- the engine -----------------------------------------------------------------------------------------------

    def ask_forecast(self) -> None:
        """Measure a few real steps in the engine."""
        if self._why_not():
            return
        workspace, device = self.workspace, self.devices.currentData()
        try:
            request = forecast_request(
                workspace.document, workspace.library, workspace.preset or None, device=device, path=workspace.path
            )
        except (GenerationError, ValueError) as error:
            self._say(str(error))
            return
        self.forecast_button.setEnabled(False)
        self._tell_forecast("Measuring a few steps…")
        self.engine.ask(request, self._forecast_came, self._forecast_failed, timeout=FORECAST_TIMEOUT)

    def _forecast_came(self, answer: Answer) -> None:
        self.forecast_button.setEnabled(True)
        if isinstance(answer, Forecasted):
            self._tell_forecast(answer.message, "muted" if answer.fits else "warning")

    def _forecast_failed(self, failed: Failed) -> None:
        self.forecast_button.setEnabled(True)
        self._tell_forecast(failed.message, "error")

    def check(self) -> None:
        """Build the models in PyTorch, run each once, and compare with what is drawn."""
        workspace = self.workspace
        if not workspace.elaboration.is_sound:
            workspace.said.emit("There are problems to solve first; the Problems panel says which.")
            return
        document = workspace.document
        try:
            request = build_request(document, workspace.library, workspace.preset or None, workspace.elaboration)
        except GenerationError as error:
            workspace.said.emit(str(error))
            return
        workspace.said.emit("Building the models in PyTorch…")
        self.engine.ask(
            request, lambda answer: self._checked(document, answer), self._check_failed, timeout=CHECK_TIMEOUT
        )

    def _checked(self, document: Document, answer: Answer) -> None:
        if not isinstance(answer, Built) or document is not self.workspace.document:
            return
        self.workspace.show_built(answer.problems)
        if not answer.problems:
            seconds = sum(model.seconds for model in answer.models)
            self.workspace.said.emit(
                f"PyTorch built it as drawn: {answer.parameters:,} parameters, one forward in {seconds:.2g} s"
            )

    def _check_failed(self, failed: Failed) -> None:
        self.workspace.show_built(failed.problems)
        self.workspace.said.emit(failed.message)

    def _tell_forecast(self, text: str, role: str = "muted") -> None:
        self.forecast.setText(text)
        self.forecast.setVisible(bool(text))
        set_role(self.forecast, role)

    def _engine_changed(self, state: Any) -> None:
        self.engine_said.emit(engine_sentence(state))
        chosen = self.devices.currentData()
        if state.hello is not None:
            self.devices.clear()
            self.devices.addItem(AUTO, "auto")
            for device in state.hello.devices:
                self.devices.addItem(device.label, device.name)
            self.devices.setCurrentIndex(max(self.devices.findData(chosen), 0))
        if state.state is State.FAILED:
            self._tell_forecast(state.message, "error")

    def close_engine(self) -> None:
        self._warm_up.stop()
        self.engine.close()


def _row(name: str, widget: QWidget) -> QWidget:
    made = QWidget()
    row = QHBoxLayout(made)
    row.setContentsMargins(0, 0, 0, 0)
    heading = label(name)
    heading.setFixedWidth(LABEL_WIDTH)
    row.addWidget(heading)
    row.addWidget(widget, 1)
    return made


def _buttons(*buttons: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(6)
    for button in buttons:
        row.addWidget(button)
    row.addStretch()
    return row
