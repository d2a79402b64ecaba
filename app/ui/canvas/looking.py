"""Where in each graph one looks: remembered when it is left, and kept under numbers as bookmarks."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QPointF, QRectF, QSize

from app.ui.canvas.items import NodeCard
from app.ui.canvas.sight import Sight

Place = tuple[QPointF, float]
"""The middle of what is in sight, and the zoom."""

WHOLE, READABLE, LARGEST, MARGIN = 0.42, 0.7, 1.15, 24.0
"""At 0.42 names and shapes, which are larger there, can just be read: what fits so is shown whole. What had to be
smaller is shown from its start, as large as one reads with ease."""


def opening(whole: QRectF, start: QRectF, size: QSize) -> Place:
    """Where to look at a graph first: at all of it where that can be read, else at where its main path starts."""
    room = (max(size.width() - 2 * MARGIN, 50.0), max(size.height() - 2 * MARGIN, 50.0))
    zoom = min(room[0] / max(whole.width(), 1.0), room[1] / max(whole.height(), 1.0), LARGEST)
    if zoom >= WHOLE:
        return whole.center(), zoom
    across, down = room[0] / READABLE, room[1] / READABLE
    x = _kept_within(start.left() + across / 2, across, whole.left(), whole.right())
    y = _kept_within(start.center().y(), down, whole.top(), whole.bottom())
    return QPointF(x, y), READABLE


def _kept_within(middle: float, length: float, low: float, high: float) -> float:
    """The middle of a stretch that does not reach beyond both ends; of what is shorter than it, the middle."""
    if high - low <= length:
        return (low + high) / 2
    return min(max(middle, low + length / 2), high - length / 2)


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
        """Remember where one looked; a view that nobody chose is not one to come back to."""
        if self._viewer.is_framed:
            self._left.pop(graph, None)
        else:
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
