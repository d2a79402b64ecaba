"""Making room: where a node that is put into a wire goes, and how far the nodes after it move on."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QPointF, QRectF

from app.ui.canvas.placing import Position

GAP = 88.0
"""So much stays free on both sides of what is put into a wire: its label has room there."""
KEPT = 40.0
"""Neighbours that are pushed stay at least so far apart, where they were."""
BESIDE = 8.0
"""Nodes that come so near to one another's height are in each other's way."""
LEVEL = 24.0
"""A wire that falls or rises less runs straight: what is put into it goes onto its line."""


def place_between(source: QRectF, target: QRectF, at: QPointF, size: Position, line: tuple[float, float]) -> QRectF:
    """Where a node of this size goes that was let go at a point of the wire from one node to another.

    ``line``: the wire's height at that point, and that of the node's own port below its top.
    """
    width, height = size
    left, top = at.x() - width / 2, at.y() - height / 2
    if target.left() > source.right():
        left = max(min(left, target.left() - GAP - width), source.right() + GAP)
        if target.left() - source.right() < width + 2 * GAP:
            left = source.right() + GAP
    if abs(line[0] - at.y()) < LEVEL + height / 2:
        top = line[0] - line[1]
    return QRectF(round(left), round(top), width, height)


def pushed(rects: Mapping[str, QRectF], new: QRectF, target: str, *, ahead: bool = True) -> dict[str, Position]:
    """New places of the nodes that have to move to the right: the one behind, and whoever is then in the way.

    ``ahead``: the wire runs to the right, so that what it leads to is behind what is put into it. Each keeps the
    distance that it had to the one that pushes it, as far as that is no more than is needed.
    """
    goal = rects[target]
    placed: list[tuple[QRectF, QRectF]] = [(QRectF(new.left(), new.top(), 0.0, new.height()), new)]
    moved: dict[str, Position] = {}
    for identity, rect in sorted(rects.items(), key=lambda item: (item[1].left(), item[0])):
        behind = rect.left() >= goal.left() - 1.0 if ahead else rect.center().x() > new.center().x()
        if not behind and not rect.intersects(new):
            continue
        left = rect.left()
        if identity == target and ahead:
            left = max(left, new.right() + GAP)
        for before, after in placed:
            if _level(rect, after) and after.right() > before.right():
                distance = KEPT if after is new else min(max(rect.left() - before.right(), 0.0), KEPT)
                left = max(left, after.right() + distance)
        if left > rect.left():
            now = rect.translated(left - rect.left(), 0.0)
            moved[identity] = (now.x(), now.y())
            placed.append((rect, now))
    return moved


def _level(one: QRectF, other: QRectF) -> bool:
    return one.top() < other.bottom() + BESIDE and other.top() < one.bottom() + BESIDE
