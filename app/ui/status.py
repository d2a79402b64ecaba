"""The status bar: the last sentence, what the models hold and cost, problems, and the preset to look through."""

from __future__ import annotations

from collections import Counter
from typing import Any

from PySide6.QtCore import QSignalBlocker, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QResizeEvent
from PySide6.QtWidgets import QComboBox, QStatusBar, QToolButton

from app.core.problems import Severity
from app.ui.panels.values import short, short_bytes
from app.ui.starter import is_blank
from app.ui.style import Style, label
from app.ui.unfinished import severity
from app.ui.workspace import Workspace

SAID_MS = 8000
WIDEST_SENTENCE = 420
GAP = 8


class StatusLine(QStatusBar):
    def __init__(self, workspace: Workspace, look: Style) -> None:
        super().__init__()
        self.workspace, self._look = workspace, look
        self.setSizeGripEnabled(False)
        self.setContentsMargins(6, 0, 8, 0)
        self.totals = label()
        self.totals.setAccessibleName("Totals")
        self.totals.setToolTip("All models together: learnt parameters; work and activations for a batch of one")
        self.engine = label()
        self.engine.hide()
        self.problems = QToolButton()
        self.problems.setAccessibleName("Problems")
        self.problems.setToolTip("Show the problems")
        self.preset_name = label("Preset")
        self.presets = QComboBox()
        self.presets.setAccessibleName("Preset")
        self.presets.setToolTip("The preset to look at the document through")
        self.presets.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.place = QToolButton(text="Open folder")
        self.place.hide()
        self._folder = ""
        self._permanent = (self.place, self.engine, self.totals, self.problems, self.preset_name, self.presets)
        for widget in self._permanent:
            self.addPermanentWidget(widget)
        self.messageChanged.connect(lambda _: self._fit())
        self.place.clicked.connect(lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(self._folder)))
        self.presets.activated.connect(lambda _: workspace.choose_preset(self.presets.currentText()))
        workspace.elaboration_changed.connect(lambda _: self.refresh())
        workspace.preset_changed.connect(lambda _: self.refresh())
        workspace.opened.connect(self._forget_place)
        look.changed.connect(self.refresh)
        self.refresh()

    def say(self, sentence: str) -> None:
        self.place.hide()
        self._show(sentence, SAID_MS)

    def say_place(self, sentence: str, path: Any) -> None:
        """Where something was written, until the next sentence, and a button that opens its folder."""
        self._folder = str(path if path.is_dir() else path.parent)
        self.place.setToolTip(f"Open {self._folder}")
        self.place.show()
        self._show(sentence, 0)

    def _forget_place(self) -> None:
        """What was written of another document."""
        if not self.place.isHidden():
            self.say("")

    def _show(self, sentence: str, milliseconds: int) -> None:
        """A sentence that would be cut off takes the totals' place while it stands; all of it is the tip."""
        self.showMessage(sentence, milliseconds)
        self.setToolTip(sentence)
        self._fit()

    def _fit(self) -> None:
        self.totals.setVisible(not is_blank(self.workspace.document))
        wanted = self.fontMetrics().horizontalAdvance(self.currentMessage()) + 3 * GAP
        taken = sum(widget.sizeHint().width() + GAP for widget in self._permanent if not widget.isHidden())
        if self.currentMessage() and wanted + taken > self.width():
            self.totals.hide()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        self._fit()

    def say_engine(self, sentence: str) -> None:
        """What the engine does, while there is something to say."""
        # A long sentence must not make the window wider than its screen.
        self.engine.setText(self.fontMetrics().elidedText(sentence, Qt.TextElideMode.ElideRight, WIDEST_SENTENCE))
        self.engine.setToolTip(sentence)
        self.engine.setVisible(bool(sentence))

    def refresh(self) -> None:
        totals = self.workspace.elaboration.totals
        self.totals.setText(
            f"{short(totals.parameters)} parameters   {short(totals.macs)} MACs   "
            f"{short_bytes(totals.activation_bytes)} activations"
        )
        self.totals.setToolTip(f"{totals.parameters:,} learnt parameters; work and activations are for a batch of one")
        self._show_problems()
        self._fit()
        names = list(self.workspace.document.presets)
        with QSignalBlocker(self.presets):
            if [self.presets.itemText(row) for row in range(self.presets.count())] != names:
                self.presets.clear()
                self.presets.addItems(names)
            self.presets.setCurrentText(self.workspace.preset)
        for widget in (self.preset_name, self.presets):
            widget.setVisible(bool(names))

    def _show_problems(self) -> None:
        document, theme = self.workspace.document, self._look.theme
        told = Counter(severity(problem, document) for problem in self.workspace.problems)
        wrong, notes = told[Severity.ERROR] + told[Severity.WARNING], told[Severity.NOTE]
        if is_blank(document):
            text, tone = "Nothing drawn yet", ""
        elif wrong:
            text = "1 problem" if wrong == 1 else f"{wrong} problems"
            tone = theme.error if told[Severity.ERROR] else theme.warning
        else:
            text, tone = "No problems" if not notes else "1 thing to finish" if notes == 1 else f"{notes} to finish", ""
        self.problems.setText(text)
        self.problems.setStyleSheet(f"color: {tone};" if tone else "")
