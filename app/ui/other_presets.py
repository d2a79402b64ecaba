"""What would be wrong under presets that nobody looks through now: found on the side, one preset in each turn."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal

from app.core.elaborate import Elaboration, elaborate
from app.core.presets import Found, told_once
from app.ui.starter import is_blank
from app.ui.workspace import Workspace

AFTER_MS = 500
"""Whoever is typing is left alone."""


class OtherPresets(QObject):
    """``found`` holds each cause that the chosen preset does not show; ``changed`` when it is another."""

    changed = Signal()

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace)
        self.workspace = workspace
        self.found: tuple[Found, ...] = ()
        self._waiting: list[str] = []
        self._seen: list[Found] = []
        self._last: Elaboration | None = None
        self._soon = QTimer(self, singleShot=True, interval=AFTER_MS)
        self._soon.timeout.connect(self._begin)
        self._next = QTimer(self, singleShot=True, interval=0)
        self._next.timeout.connect(self._one)
        workspace.elaboration_changed.connect(lambda _: self._changed())
        workspace.opened.connect(lambda: self._tell(()))
        self._soon.start()

    def _changed(self) -> None:
        self._next.stop()
        self._soon.start()

    def _begin(self) -> None:
        workspace = self.workspace
        document = workspace.document
        others = [name for name in document.presets if name != workspace.preset]
        self._waiting = [] if is_blank(document) else others
        self._last = workspace.elaboration
        self._seen = [Found(workspace.preset, problem) for problem in workspace.problems]
        self._next.start()

    def _one(self) -> None:
        """Look through one more preset; when all are seen, tell."""
        workspace = self.workspace
        if not self._waiting:
            self._last = None
            self._tell(tuple(one for one in told_once(self._seen) if one.preset != workspace.preset))
            return
        name = self._waiting.pop(0)
        self._last = elaborate(workspace.document, workspace.library, name, self._last)
        self._seen += [Found(name, problem) for problem in self._last.problems]
        self._next.start()

    def _tell(self, found: tuple[Found, ...]) -> None:
        if found != self.found:
            self.found = found
            self.changed.emit()
