"""The training panel: start, pause and stop; a run to watch; the recipe to change."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QSignalBlocker, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QTabBar,
    QVBoxLayout,
    QWidget,
)

from app.client import State
from app.codegen.source import GenerationError
from app.core.demand import too_large
from app.core.problems import Problem
from app.core.recipe import recipe_of
from app.machine import main_memory
from app.runs import RunError, start_run
from app.ui.dialogs import Dialogs
from app.ui.engine import EngineLink
from app.ui.panels.asking import Checker, Forecast
from app.ui.panels.recipe_cards import look_of
from app.ui.panels.recipe_form import Box, RecipeForm, labelled
from app.ui.panels.recipe_start import RecipeStart
from app.ui.panels.run_view import RunView
from app.ui.panels.run_words import engine_sentence
from app.ui.run_watch import RunWatch
from app.ui.style import Style, label
from app.ui.workspace import Workspace

AUTO = "Best there is"
WARM_UP_AFTER_MS = 1500
"""The first moments belong to whoever has just opened the window; importing torch takes a core for a second."""
WEIGH_AFTER_MS = 200
START_ANYWAY, CANCEL = "Start all the same", "Cancel"
PAGES = ("Watch", "Recipe")


class TrainingPanel(QWidget):
    """``running_changed`` when a run starts or ends; ``engine_said`` a sentence about the engine (or nothing);
    ``wanted`` the id of a command that is offered here.
    """

    wanted = Signal(str)
    running_changed = Signal()
    engine_said = Signal(str)

    def __init__(self, workspace: Workspace, look: Style, dialogs: Dialogs) -> None:
        super().__init__()
        self.workspace, self._look, self._dialogs = workspace, look, dialogs
        self.engine = EngineLink(self)
        self.runs = RunWatch(workspace)
        self.form = RecipeForm(workspace, dialogs)
        self.view = RunView(workspace, look, self.runs)
        self.forecast = Forecast(workspace, self.engine)
        self.forecast.refused.connect(self._refuse)
        self.checker = Checker(workspace, self.engine)
        self._device = ""
        self._make()
        self._assemble()
        self._listen()
        self._dress()
        self._document_opened()
        self._weigh_soon = QTimer(self, singleShot=True, interval=WEIGH_AFTER_MS)
        self._weigh_soon.timeout.connect(self._weigh)
        self._weigh_soon.start()
        workspace.elaboration_changed.connect(lambda _: self._weigh_soon.start())
        self._warm_up = QTimer(self, singleShot=True, interval=WARM_UP_AFTER_MS)
        self._warm_up.timeout.connect(self.engine.start)
        self._warm_up.start()

    # -- parts ----------------------------------------------------------------------------------------------------

    def _make(self) -> None:
        self.presets, self.devices = Box("Preset"), Box("Device")
        self.start_button = QPushButton("Start")
        self.start_button.setProperty("primary", True)
        self.pause_button, self.stop_button = QPushButton("Pause"), QPushButton("Stop")
        self.refused = label(role="error", wrap=True)
        self.memory = label(role="warning", wrap=True)
        self.memory.setAccessibleName("Memory")
        self.memory.hide()
        self.pages = QTabBar(objectName="pages", drawBase=False, expanding=False)
        for page in PAGES:
            self.pages.addTab(page)
        self.pages.setAccessibleName("Watch the run, or change the recipe")
        self.empty = RecipeStart(self.workspace)

    def _assemble(self) -> None:
        head = QWidget()
        column = QVBoxLayout(head)
        column.setContentsMargins(12, 12, 12, 0)
        column.setSpacing(8)
        self.preset_row = labelled("Preset", self.presets)
        for row in (self.preset_row, labelled("Device", self.devices)):
            column.addWidget(row)
        column.addLayout(_buttons(self.start_button, self.pause_button, self.stop_button, self.forecast.button))
        column.addWidget(self.refused)
        column.addWidget(self.memory)
        column.addWidget(self.forecast.said)
        column.addWidget(self.pages)
        self.stack = QStackedWidget()
        self.areas = [_scrolled(self.view), _scrolled(self.form)]
        for area in self.areas:
            self.stack.addWidget(area)
        self.body = QWidget()
        inner = QVBoxLayout(self.body)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(0)
        inner.addWidget(head)
        line = QFrame(objectName="line")
        line.setFixedHeight(1)
        inner.addWidget(line)
        inner.addWidget(self.stack, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.empty, 1)
        layout.addWidget(self.body, 1)
        self.setFocusProxy(self.start_button)

    def _listen(self) -> None:
        workspace = self.workspace
        workspace.opened.connect(self._document_opened)
        workspace.document_changed.connect(lambda _: self._show_recipe())
        workspace.preset_changed.connect(lambda _: self._show_recipe())
        self.presets.activated.connect(lambda _: workspace.choose_preset(self.presets.currentText()))
        self.devices.activated.connect(lambda _: self._choose_device())
        self.start_button.clicked.connect(self.start)
        self.pause_button.clicked.connect(self.pause)
        self.stop_button.clicked.connect(self.stop)
        self.forecast.button.clicked.connect(self.ask_forecast)
        self.pages.currentChanged.connect(self.stack.setCurrentIndex)
        self.view.resume_wanted.connect(self.resume)
        self.view.try_wanted.connect(lambda: self.wanted.emit("panel_results"))
        self.view.changed.connect(self.running_changed)
        self.runs.chosen.connect(lambda _: self._show_buttons())
        self.runs.status_changed.connect(lambda _: self._show_buttons())
        self.engine.state_changed.connect(self._engine_changed)
        self._look.changed.connect(self._dress)

    # -- showing --------------------------------------------------------------------------------------------------

    def _dress(self) -> None:
        self.setStyleSheet(look_of(self._look.theme))

    def show_page(self, name: str) -> None:
        """``watch`` or ``recipe``."""
        self.pages.setCurrentIndex([page.lower() for page in PAGES].index(name))

    def _document_opened(self) -> None:
        self._refuse("")
        self.forecast.cancel()
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
        self._show_devices()
        self._refuse("")
        self.forecast.forget()  # it was of another recipe
        self.view.show_goal()

    def _show_buttons(self) -> None:
        status, running = self.runs.status, self.runs.is_running
        buttons = (self.start_button, self.pause_button, self.stop_button)
        was_among_them = self.window().focusWidget() in buttons
        self.start_button.setEnabled(not running)
        self.pause_button.setEnabled(running and status.state != "starting")
        self.pause_button.setText("Resume" if status.state == "paused" else "Pause")
        self.stop_button.setEnabled(running)
        if was_among_them and self.window().focusWidget() not in buttons:  # Qt took the next one that was there
            (self.stop_button if running else self.start_button).setFocus()

    def _refuse(self, sentence: str) -> None:
        """Why nothing was started."""
        self.refused.setText(sentence)
        self.refused.setVisible(bool(sentence))

    # -- the run --------------------------------------------------------------------------------------------------

    @property
    def is_running(self) -> bool:
        return self.runs.is_running

    def start(self) -> None:
        """A new run of the document as it is now, under the chosen preset."""
        if self.runs.is_running or self._why_not() or not self._may_fill_memory():
            return
        workspace = self.workspace
        self.show_page("watch")
        self.forecast.forget()
        self._attempt(
            lambda: self.runs.choose(
                start_run(
                    workspace.document,
                    workspace.library,
                    workspace.preset or None,
                    path=workspace.path,
                    device=self.devices.currentData(),
                    before=workspace.elaboration,
                )
            )
        )

    def _why_not(self) -> bool:
        """Say what stands in the way of training, if anything does."""
        if not self.workspace.elaboration.is_sound:
            self._refuse("There are problems to solve first; the Problems panel says which.")
            return True
        missing = self.form.why_not()
        if missing:
            self._refuse(f"The data are not here. {missing}")
            self.show_page("recipe")
            self.areas[1].ensureWidgetVisible(self.form.missing)
            return True
        self._refuse("")
        return False

    def _too_large(self) -> Problem | None:
        """A warning where the device that would be taken has not the memory for this."""
        wish = self.devices.currentData() or self._recipe_device()
        meant = [one for one in self.engine.devices if wish in ("auto", one.name, one.name.partition(":")[0])][:1]
        memory = meant[0].memory if meant else main_memory()[0]
        return too_large(self.workspace.elaboration, memory)

    def _weigh(self) -> None:
        problem = self._too_large()
        self.memory.setText(problem.message if problem is not None else "")
        self.memory.setVisible(problem is not None)

    def _may_fill_memory(self) -> bool:
        """Whether to start: where more would be held than there is, whoever sits here is asked."""
        problem = self._too_large()
        if problem is None:
            return True
        answer = self._dialogs.ask("Start all the same?", problem.message, [START_ANYWAY, CANCEL], default=CANCEL)
        return answer == START_ANYWAY

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
            self._refuse(str(error))
        else:
            self._refuse("")

    # -- the engine -----------------------------------------------------------------------------------------------

    def ask_forecast(self) -> None:
        """Measure a few real steps in the engine; asked again meanwhile, that is cancelled."""
        if self.forecast.is_asked or not self._why_not():
            self.forecast.ask(self.devices.currentData())

    def check(self) -> None:
        """Build the models in PyTorch, run each once, and compare with what is drawn."""
        self.checker.check()

    def _engine_changed(self, state: Any) -> None:
        self.engine_said.emit(engine_sentence(state))
        if state.hello is not None:
            self._show_devices()
            self._weigh()
        if state.state is State.FAILED:
            self.forecast.tell(state.message, "error")

    def _choose_device(self) -> None:
        """For the runs to come, whatever the recipe says; its own entry takes that back."""
        self._device = self.devices.currentData() or ""
        self._weigh()
        self.forecast.forget()  # it was of another device

    def _recipe_device(self) -> str:
        recipe = recipe_of(self.workspace.document, self.workspace.preset or None, [])
        return recipe.device if recipe is not None else "auto"

    def _show_devices(self) -> None:
        """What torch sees; the recipe's own wish first, where it has one."""
        wish = self._recipe_device()
        with QSignalBlocker(self.devices):
            self.devices.clear()
            if wish != "auto":
                self.devices.addItem(f"As the recipe says: {wish}", None)
            self.devices.addItem(AUTO, "auto")
            for device in self.engine.devices:
                self.devices.addItem(device.label, device.name)
            self.devices.setCurrentIndex(max(self.devices.findData(self._device), 0) if self._device else 0)

    def close_engine(self) -> None:
        self._warm_up.stop()
        self.engine.close()


def _scrolled(widget: QWidget) -> QScrollArea:
    """A page that is scrolled up and down alone."""
    inner = QWidget()
    column = QVBoxLayout(inner)
    column.setContentsMargins(12, 10, 12, 12)
    column.addWidget(widget)
    column.addStretch()
    area = QScrollArea(widgetResizable=True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidget(inner)
    return area


def _buttons(*buttons: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(6)
    for button in buttons:
        row.addWidget(button)
    row.addStretch()
    return row
