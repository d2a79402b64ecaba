"""New places for nodes that are there: lined up, spread evenly, tidied, or making room in a wire."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from itertools import pairwise
from typing import Literal

from PySide6.QtCore import QPointF, QRectF

from app.ui.canvas import room
from app.ui.canvas.items import NodeCard
from app.ui.canvas.placing import Drawn, Position, layout_of
from app.ui.canvas.wires import Wire

Side = Literal["left", "centre", "right", "top", "middle", "bottom"]
TYPICAL = (168.0, 74.0)
"""What a node measures that is not there yet."""
PORT_HEIGHT = 50.0
"""How far below a node's top its one input is."""


def aligned(rects: Mapping[str, QRectF], side: Side) -> dict[str, Position]:
    """Places that line the nodes up, along a side of all of them or through their middle."""
    if len(rects) < 2:
        return {}
    whole = QRectF()
    for rect in rects.values():
        whole = whole.united(rect)
    return {identity: _at(rect, whole, side) for identity, rect in rects.items()}


def _at(rect: QRectF, whole: QRectF, side: Side) -> Position:
    x, y = rect.x(), rect.y()
    places: dict[Side, Position] = {
        "left": (whole.left(), y),
        "centre": (whole.center().x() - rect.width() / 2, y),
        "right": (whole.right() - rect.width(), y),
        "top": (x, whole.top()),
        "middle": (x, whole.center().y() - rect.height() / 2),
        "bottom": (x, whole.bottom() - rect.height()),
    }
    return places[side]


def distributed(rects: Mapping[str, QRectF], *, across: bool) -> dict[str, Position]:
    """Places with equal gaps between the nodes, the outer ones where they are."""
    if len(rects) < 3:
        return {}
    start = QRectF.left if across else QRectF.top
    end = QRectF.right if across else QRectF.bottom
    order = sorted(rects.items(), key=lambda item: (start(item[1]), item[0]))
    sizes = [end(rect) - start(rect) for _, rect in order]
    whole = max(end(rect) for _, rect in order) - start(order[0][1])
    gap = (whole - sum(sizes)) / (len(order) - 1)
    found, at = {}, start(order[0][1])
    for (identity, rect), size in zip(order, sizes, strict=True):
        found[identity] = (at, rect.y()) if across else (rect.x(), at)
        at += size + gap
    return found


def tidied(drawn: Drawn, ids: Collection[str] | None) -> dict[str, Position]:
    """Places in layers for all nodes, or for these where they are."""
    found = layout_of(drawn, ids)
    if not found or ids is None:
        return found
    left = min(drawn.cards[identity].x() for identity in found) - min(x for x, _ in found.values())
    top = min(drawn.cards[identity].y() for identity in found) - min(y for _, y in found.values())
    return {identity: (float(round(x + left)), float(round(y + top))) for identity, (x, y) in found.items()}


def room_on(
    wire: Wire, cards: Mapping[str, NodeCard], at: QPointF, held: NodeCard | None = None
) -> tuple[Position, dict[str, Position]]:
    """Where a node goes that is let go at a point of a wire, and where the nodes that make room for it go."""
    size, port = TYPICAL, PORT_HEIGHT
    if held is not None:
        size, port = (held.measured.width, held.measured.height), held.measured.inputs[0]
    line = (wire.height_at(at.x()), port)
    new = room.place_between(wire.source.card.rect, wire.target.card.rect, at, size, line)
    rects = {identity: card.rect for identity, card in cards.items() if card is not held}
    source, target = rects.pop(wire.source.card.id), rects[wire.target.card.id]
    ahead = target.left() > source.right()
    return (new.x(), new.y()), room.pushed(rects, new, wire.target.card.id, ahead=ahead)


def in_a_row(rects: Mapping[str, QRectF]) -> list[tuple[str, str]]:
    """Neighbours from left to right (from the top where they lie below one another)."""
    order = sorted(rects, key=lambda identity: (rects[identity].center().x(), rects[identity].center().y()))
    return list(pairwise(order))
