"""A run to watch: how far it is and how long it will take, whether the goal is reached, curves, previews."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QSignalBlocker, Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QToolButton, QVBoxLayout, QWidget

from app.core.goals import is_reached
from app.runs import RunError
from app.ui.panels.curves import Curves, is_loss
from app.ui.panels.previews import Previews
from app.ui.panels.recipe_form import Box
from app.ui.panels.run_words import describe, goal_sentence, progress, title_of
from app.ui.run_watch import RunWatch
from app.ui.style import Style, label, set_role
from app.ui.workspace import Workspace

NOT_YET = "Not trained yet. Press Start; the recipe says on what and how."
ROLES = {"finished": "success", "failed": "error", "gone": "error"}


class RunView(QWidget):
    """``resume_wanted`` when the person asks to go on from the last checkpoint, ``try_wanted`` to give the trained net
    something; ended or begun: ``changed``.
    """

    resume_wanted = Signal()
    try_wanted = Signal()
    changed = Signal()

    def __init__(self, workspace: Workspace, look: Style, runs: RunWatch) -> None:
        super().__init__()
        self.workspace, self.runs = workspace, runs
        self.curves, self.previews = Curves(look), Previews(look)
        self._was_running = False
        self._seen = ""
        self._make()
        self._assemble()
        self.known.activated.connect(lambda _: runs.choose(self.known.currentData()))
        self.resume_button.clicked.connect(self.resume_wanted)
        self.try_button.clicked.connect(self.try_wanted)
        self.folder_button.clicked.connect(self._open_folder)
        runs.chosen.connect(self._run_chosen)
        runs.status_changed.connect(self._show_status)
        runs.metrics_added.connect(self._show_metrics)
        runs.previews_changed.connect(self._show_previews)
        runs.failed.connect(self.say)

    def _make(self) -> None:
        self.known = Box("Runs")
        self.state = label(role="heading")
        self.far = label(role="muted", wrap=True)
        self.bar = QProgressBar(textVisible=False)
        self.bar.setAccessibleName("Progress")
        self.message = label(role="error", wrap=True)
        self.message.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.goal = label(role="muted", wrap=True)
        self.resume_button = QPushButton("Resume")
        self.resume_button.setToolTip("Go on from the last checkpoint")
        self.try_button = QPushButton("Try it")
        self.try_button.setToolTip("Give the trained net an image, a text or an example of the data")
        self.folder_button = QToolButton(text="Open folder", objectName="quiet")
        self.empty = label(NOT_YET, "empty")

    def _assemble(self) -> None:
        self.choice = QWidget()
        row = QHBoxLayout(self.choice)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.known, 1)
        row.addWidget(self.folder_button)
        head = QHBoxLayout()
        head.addWidget(self.state, 1)
        head.addWidget(self.resume_button)
        head.addWidget(self.try_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(head)
        for widget in (self.bar, self.far, self.message, self.goal, self.empty, self.curves, self.previews):
            column.addWidget(widget)
        column.addWidget(self.choice)
        column.addStretch()

    # -- showing --------------------------------------------------------------------------------------------------

    def _run_chosen(self, run: Any) -> None:
        self.curves.clear()
        self.previews.clear()
        self.say("")
        for widget in (self.bar, self.state, self.far, self.choice, self.curves):
            widget.setVisible(run is not None)
        self.empty.setVisible(run is None)
        self.show_goal()
        self._show_runs()
        self._show_buttons()

    def _show_runs(self) -> None:
        current = self.runs.run
        with QSignalBlocker(self.known):
            self.known.clear()
            for run in self.runs.known():
                self.known.addItem(describe(run), run)
                self.known.setItemData(self.known.count() - 1, str(run.folder), Qt.ItemDataRole.ToolTipRole)
                if current is not None and run.folder == current.folder:
                    self.known.setCurrentIndex(self.known.count() - 1)

    def _show_status(self, status: Any) -> None:
        self.bar.setRange(0, max(status.steps, 1))
        self.bar.setValue(status.step)
        self.bar.setVisible(status.state != "finished")
        self.state.setText(title_of(status))
        set_role(self.state, ROLES.get(status.state, "heading"))
        self.far.setText(progress(status, self._stages()))
        self.say(self._diverged() or status.message)
        self.show_goal()
        self._show_buttons()
        self.curves.setVisible(status.is_active or bool(self.curves.series))
        if status.state != self._seen:
            self._seen = status.state
            self._show_runs()
        if self.runs.is_running != self._was_running:
            self._was_running = self.runs.is_running
            self.changed.emit()

    def _diverged(self) -> str:
        """What to do where a loss is no number any more; nothing will come of such a run."""
        if self.runs.status.state in ("failed", "gone"):
            return ""
        for name, series in self.curves.series.items():
            if is_loss(name) and series.lost is not None:
                return (
                    f"{name} is not a number since step {series.lost:,}: the run has diverged. Stop it, and take a "
                    "smaller learning rate, a warm-up or clipped gradients (Recipe)."
                )
        return ""

    def _stages(self) -> int:
        recipe = self.workspace.document.recipe
        return len(recipe.stages) if recipe is not None else 1

    def _show_metrics(self, metrics: Any) -> None:
        self.curves.add(metrics)
        self.show_goal()

    def _show_previews(self, files: Any) -> None:
        self.previews.show_files(files)

    def _show_buttons(self) -> None:
        status, run = self.runs.status, self.runs.run
        can_resume = run is not None and not self.runs.is_running and status.state not in ("finished", "starting")
        self.resume_button.setVisible(can_resume and run is not None and bool(run.checkpoints()))
        self.try_button.setVisible(run is not None and status.state == "finished" and bool(run.checkpoints()))
        self.folder_button.setVisible(run is not None)

    def say(self, sentence: str) -> None:
        """What went wrong, or a warning while it goes on."""
        self.message.setText(sentence)
        self.message.setVisible(bool(sentence))
        bad = self.runs.run is None or self.runs.status.state in ("failed", "gone", "starting")
        set_role(self.message, "error" if bad else "warning")

    def show_goal(self) -> None:
        """The goal of the preset that the run was started with; before a run, of the one that is looked through."""
        preset = self.workspace.document.presets.get(self._preset())
        goal = preset.goal if preset is not None else None
        self.goal.setVisible(goal is not None)
        self.curves.set_goal(goal)
        if goal is None:
            return
        series = self.curves.series.get(f"{goal.evaluation}.{goal.metric}")
        reached = series.values[-1] if series is not None else None
        over = self.runs.status.state == "finished"
        self.goal.setText(goal_sentence(goal, reached, over=over))
        good = reached is not None and is_reached(goal, reached)
        set_role(self.goal, "success" if good else "muted" if reached is None else "warning")

    def _preset(self) -> str:
        if self.runs.run is not None:
            try:
                return self.runs.run.settings.preset or self.workspace.preset
            except (RunError, OSError):
                return self.workspace.preset
        return self.workspace.preset

    def _open_folder(self) -> None:
        if self.runs.run is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self.runs.run.folder)))
