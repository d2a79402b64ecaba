"""Where the labels of wires go: on their wires, but never over one another or over a node."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF

from app.ui.canvas.strokes import PILL_HEIGHT

if TYPE_CHECKING:
    from app.ui.canvas.items import NodeCard
    from app.ui.canvas.wires import Wire

STEPS = (0.5, 0.62, 0.38, 0.74, 0.26)
CELL = 256.0
GAP = 2.0


class _Taken:
    """Rectangles, found by where they are."""

    def __init__(self) -> None:
        self._cells: dict[tuple[int, int], list[QRectF]] = {}

    def _around(self, rect: QRectF) -> list[tuple[int, int]]:
        columns = range(int(rect.left() // CELL), int(rect.right() // CELL) + 1)
        rows = range(int(rect.top() // CELL), int(rect.bottom() // CELL) + 1)
        return [(column, row) for column in columns for row in rows]

    def add(self, rect: QRectF) -> None:
        for cell in self._around(rect):
            self._cells.setdefault(cell, []).append(rect)

    def meets(self, rect: QRectF) -> bool:
        return any(other.intersects(rect) for cell in self._around(rect) for other in self._cells.get(cell, ()))


def spread(wires: Sequence[Wire], cards: Iterable[NodeCard]) -> None:
    """Give each wire's label the first free place along it; one that finds none is not shown."""
    taken = _Taken()
    for card in cards:
        taken.add(card.rect)
    for wire in wires:
        if not wire.pill.fits:
            continue
        for step in STEPS:
            middle = wire.pill.middle if step == STEPS[0] else wire.path().pointAtPercent(step)
            rect = _around(middle, wire.pill.width)
            if not taken.meets(rect):
                taken.add(rect)
                wire.label_at(middle)
                break
        else:
            wire.label_at(None)


def _around(middle: QPointF, width: float) -> QRectF:
    rect = QRectF(0.0, 0.0, width + GAP, PILL_HEIGHT + GAP)
    rect.moveCenter(middle)
    return rect
