"""The problems panel: one entry for each cause, with its place and its repairs as buttons."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from msgspec.structs import replace
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from app.core.changes import EditError
from app.core.document import Document
from app.core.elaborate import elaborate
from app.core.presets import Found
from app.core.problems import Fix, Path, Problem, Severity
from app.core.settings import apply_fix
from app.ui.other_presets import OtherPresets
from app.ui.starter import is_blank
from app.ui.style import label
from app.ui.unfinished import severity
from app.ui.workspace import Workspace

MARKS = {Severity.ERROR: "●", Severity.WARNING: "▲", Severity.NOTE: "■"}
MOST = 200
NOTHING_DRAWN = "Nothing is drawn yet. Add a block, wire it between input and output, and every shape appears."
FIRST_STEPS = {"add": "Add a block", "template": "Open a template"}
"""Commands by their ids, for a document in which nothing is drawn."""
MOST_TRIED = 10
"""For so many problems the repairs are tried on the side, so that a broken document still answers at once."""


class ProblemEntry(QFrame):
    """One cause. A click, Enter or Space goes there."""

    chosen = Signal(object)
    fixed = Signal(object, object)

    def __init__(self, problem: Problem, place: str, outcomes: Sequence[str], severity: Severity) -> None:
        """``outcomes``: what the node would give after each fix; ``severity``: how loudly it is told."""
        super().__init__(objectName="problem")
        self._outcomes = outcomes
        self.problem = problem
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(f"{severity.value} in {place}")
        self.setAccessibleDescription(problem.message)
        mark = label(MARKS[severity], severity.value)
        where = label(place, "muted")
        message = label(problem.message, wrap=True)
        top = QHBoxLayout()
        top.addWidget(mark)
        top.addWidget(where)
        top.addStretch()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 6, 10, 6)
        layout.setSpacing(3)
        layout.addLayout(top)
        layout.addWidget(message)
        if problem.fixes:
            layout.addLayout(self._buttons(problem))

    def _buttons(self, problem: Problem) -> QHBoxLayout:
        row = QHBoxLayout()
        self.buttons: list[QPushButton] = []
        for fix, outcome in zip(problem.fixes, self._outcomes, strict=True):
            button = QPushButton(f"{fix.label}  →  {outcome}" if outcome else fix.label, objectName="fix")
            button.setToolTip(
                f"{fix.label}; the node then gives {outcome or 'what is not known yet'}. Undo takes it back."
            )
            button.clicked.connect(lambda _=False, fix=fix: self.fixed.emit(problem, fix))
            row.addWidget(button)
            self.buttons.append(button)
        row.addStretch()
        return row

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        if event.button() == Qt.MouseButton.LeftButton:
            self.chosen.emit(self.problem.path)
        super().mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.chosen.emit(self.problem.path)
        else:
            super().keyPressEvent(event)


class ProblemsPanel(QWidget):
    """``counted`` says how many problems there are now, ``wanted`` a command that an empty document offers."""

    counted = Signal(int)
    wanted = Signal(str)

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self.workspace = workspace
        self.entries: list[ProblemEntry] = []
        self._shown: tuple[bool, tuple[Problem, ...]] | None = None
        self.empty = label(role="empty")
        self.begin = self._beginning()
        self._list = QVBoxLayout()
        self._list.setSpacing(6)
        self.others = OtherPresets(workspace)
        self.elsewhere: list[ProblemEntry] = []
        """What shows under presets that are not chosen: said, but not counted."""
        self._elsewhere = QVBoxLayout()
        self._elsewhere.setSpacing(6)
        self.elsewhere_title = label("Under other presets", "muted")
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(8, 8, 8, 8)
        column.addWidget(self.empty)
        column.addWidget(self.begin)
        column.addLayout(self._list)
        column.addWidget(self.elsewhere_title)
        column.addLayout(self._elsewhere)
        column.addStretch()
        scroll = QScrollArea(widgetResizable=True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidget(inner)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(scroll)
        workspace.elaboration_changed.connect(lambda _: self.refresh())
        self.others.changed.connect(self._show_elsewhere)
        self.refresh()
        self._show_elsewhere()

    def _beginning(self) -> QWidget:
        """What an empty document begins with."""
        made = QWidget()
        row = QHBoxLayout(made)
        row.addStretch()
        self.first_steps: dict[str, QPushButton] = {}
        for command, text in FIRST_STEPS.items():
            button = self.first_steps[command] = QPushButton(text)
            button.clicked.connect(lambda _=False, command=command: self.wanted.emit(command))
            row.addWidget(button)
        row.addStretch()
        return made

    def refresh(self) -> None:
        blank = is_blank(self.workspace.document)
        problems = () if blank else self.workspace.problems  # an empty drawing is no mistake
        if (blank, problems) == self._shown:
            return
        self._shown = blank, problems
        for entry in self.entries:
            entry.hide()
            entry.deleteLater()
        self.entries = [self._entry(problem, tried=n < MOST_TRIED) for n, problem in enumerate(problems[:MOST])]
        for entry in self.entries:
            self._list.addWidget(entry)
        self.empty.setVisible(not problems)
        self.empty.setText(NOTHING_DRAWN if blank else "No problems. Every shape fits.")
        self.begin.setVisible(blank)
        self.counted.emit(len(problems))

    def _entry(self, problem: Problem, *, tried: bool) -> ProblemEntry:
        outcomes = [self._outcome(problem, fix) if tried else "" for fix in problem.fixes]
        document = self.workspace.document
        entry = ProblemEntry(problem, place(document, problem.path), outcomes, severity(problem, document))
        entry.chosen.connect(self._go)
        entry.fixed.connect(self._fix)
        return entry

    def _show_elsewhere(self) -> None:
        """Entries for other presets; a click looks through the preset, where the repairs are."""
        for entry in self.elsewhere:
            entry.hide()
            entry.deleteLater()
        self.elsewhere = [self._entry_of(found) for found in self.others.found[:MOST]]
        for entry in self.elsewhere:
            self._elsewhere.addWidget(entry)
        self.elsewhere_title.setVisible(bool(self.elsewhere))

    def _entry_of(self, found: Found) -> ProblemEntry:
        where = f"{found.preset} › {place(self.workspace.document, found.problem.path)}"
        entry = ProblemEntry(replace(found.problem, fixes=()), where, (), Severity.NOTE)
        entry.setToolTip(f"Look through the preset “{found.preset}”")
        entry.chosen.connect(lambda path: self._look_through(found.preset, path))
        return entry

    def _look_through(self, preset: str, path: Path) -> None:
        self.workspace.choose_preset(preset)
        self.workspace.go_to(path)

    def _outcome(self, problem: Problem, fix: Fix) -> str:
        """The shape that the node would give after a repair, tried on the side."""
        workspace, path = self.workspace, problem.path
        try:
            mended = apply_fix(workspace.document, path, fix).document
        except EditError:
            return ""
        tried = elaborate(mended, workspace.library, workspace.preset or None, workspace.elaboration)
        result = tried.views.get(path.graph)
        node = result.nodes.get(path.node) if result is not None else None
        return ", ".join(str(wire) for wire in node.outputs.values() if wire is not None) if node is not None else ""

    def _go(self, path: Any) -> None:
        self.workspace.go_to(path)

    def _fix(self, problem: Any, fix: Any) -> None:
        self.workspace.go_to(problem.path)
        self.workspace.do(lambda document: apply_fix(document, problem.path, fix))


def place(document: Document, path: Path) -> str:
    """Where, in the names that a person sees: ``Bottleneck › conv1 › in_channels``."""
    graph = document.graphs.get(path.graph)
    node = graph.nodes.get(path.node) if graph is not None else None
    parts = (path.graph, node.name if node is not None else path.node, path.part)
    return " › ".join(part for part in parts if part) or "Document"
