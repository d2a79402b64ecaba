"""Where in each graph one looks: remembered when it is left, and kept under numbers as bookmarks."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QPointF

from app.ui.canvas.items import NodeCard
from app.ui.canvas.sight import Sight

Place = tuple[QPointF, float]
"""The middle of what is in sight, and the zoom."""


class Looking:
    """What of each graph was in sight when one left it."""

    def __init__(self, viewer: Sight) -> None:
        self._viewer = viewer
        self._left: dict[str, Place] = {}

    def forget(self) -> None:
        self._left.clear()

    @property
    def place(self) -> Place:
        return self._viewer.visible_rect().center(), self._viewer.zoom

    def leave(self, graph: str) -> None:
        self._left[graph] = self.place

    def come_back(self, graph: str) -> bool:
        """Look where one looked when the graph was left; False where one never was there."""
        known = self._left.get(graph)
        if known is not None:
            self._viewer.look_at(*known)
        return known is not None

    def reveal(self, cards: Iterable[NodeCard]) -> None:
        """Bring nodes into sight without changing the zoom; does nothing where they are in sight."""
        rect = self._viewer._combined_rect(cards)
        if not rect.isEmpty() and not self._viewer.visible_rect().contains(rect):
            self._viewer.look_at(rect.center(), self._viewer.zoom)
