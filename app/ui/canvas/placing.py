"""Where nodes go that the document has no place for."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QRectF

from app.core.layout import Link, Spacing, layered
from app.ui.canvas.items import NodeCard
from app.ui.canvas.view import IN_PREFIX, OUT_PREFIX, GraphView
from app.ui.canvas.wires import Wire

Position = tuple[float, float]

ONE_ROW = Spacing(column=100.0, row=40.0, lane=30.0, between_rows=110.0)
PAGE = (1000.0, 500.0)
"""What a drawing should fit into as large as may be: about what a window leaves for the canvas."""
LARGE_ENOUGH = 0.75
MOST_ROWS = 12
CLEAR = 20.0
"""What is put somewhere keeps so far from what lies there."""
FRAMED = 40.0
"""So much more room nodes need above one another where frames go round some of them."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """What is on the canvas: nodes by id, wires, and the nodes of each frame."""

    cards: Mapping[str, NodeCard]
    wires: Sequence[Wire]
    frames: Sequence[Sequence[str]]

    def box(self, identity: str, place: Position) -> QRectF:
        measured = self.cards[identity].measured
        return QRectF(place[0], place[1], measured.width, measured.height)


def layout_of(drawn: Drawn, ids: Collection[str] | None = None) -> dict[str, Position]:
    """Places for all nodes or some, in layers from left to right, in as many rows as make it largest on a page."""
    spacing = replace(ONE_ROW, row=ONE_ROW.row + FRAMED) if any(drawn.frames) else ONE_ROW
    found = in_rows(drawn, ids, spacing)
    boxes = [drawn.box(identity, place) for identity, place in found.items()]
    if not boxes:
        return found
    width = max(box.right() for box in boxes) - min(box.left() for box in boxes)
    height = max(box.bottom() for box in boxes) - min(box.top() for box in boxes)

    def zoom(rows: int) -> float:
        whole = rows * (height + FRAMED) + (rows - 1) * ONE_ROW.between_rows
        return min(PAGE[0] * rows / width, PAGE[1] / whole, 1.0)

    rows = 1 if zoom(1) >= LARGE_ENOUGH else max(range(1, MOST_ROWS + 1), key=zoom)
    return found if rows == 1 else in_rows(drawn, ids, replace(spacing, wrap=width / rows + 1.0))


def in_rows(drawn: Drawn, ids: Collection[str] | None, spacing: Spacing) -> dict[str, Position]:
    """Places with given distances; wires run straight from port to port."""
    links = []
    for wire in drawn.wires:
        source, target = wire.source, wire.target
        leaves = source.card.measured.outputs[source.index]
        enters = target.card.measured.inputs[target.index]
        links.append(Link(source.card.id, target.card.id, leaves, enters))
    sizes = {identity: (card.measured.width, card.measured.height) for identity, card in drawn.cards.items()}
    found = layered(
        sizes,
        links,
        first=[identity for identity in sizes if identity.startswith(IN_PREFIX)],
        last=[identity for identity in sizes if identity.startswith(OUT_PREFIX)],
        only=None if ids is None else set(ids),
        together=drawn.frames,
        spacing=spacing,
    )
    return {identity: (float(round(x)), float(round(y))) for identity, (x, y) in found.items()}


class Places:
    """Remembers by graph where it put nodes, so that they stay there until the document has a place for them."""

    def __init__(self) -> None:
        self._chosen: dict[str, dict[str, Position]] = {}

    def forget(self) -> None:
        self._chosen.clear()

    def chosen(self, graph: str) -> Mapping[str, Position]:
        """Places of a graph's nodes that the document does not hold."""
        return self._chosen.get(graph, {})

    def of(self, view: GraphView, drawn: Drawn) -> dict[str, Position]:
        """Where each node goes: as the document says, else where it was put before, else laid out."""
        chosen = self._chosen.setdefault(view.name, {})
        for identity in [known for known in chosen if known not in view.nodes or known in view.positions]:
            del chosen[identity]
        known = {key: view.positions[key] for key in view.nodes if key in view.positions} | chosen
        missing = [identity for identity in view.nodes if identity not in known]
        if missing:
            chosen.update(_beside(missing, known, drawn) if known else layout_of(drawn))
        return known | chosen


def free_place(at: Position, size: Position, taken: Sequence[QRectF]) -> Position:
    """The place nearest to one, straight down, up, right or left of it, where something covers nothing else."""
    box = QRectF(at[0] - CLEAR, at[1] - CLEAR, size[0] + 2 * CLEAR, size[1] + 2 * CLEAR)
    found = [_moved_out(QRectF(box), taken, way) for way in ("down", "up", "right", "left")]
    best = min(found, key=lambda one: (one.topLeft() - box.topLeft()).manhattanLength())
    return best.x() + CLEAR, best.y() + CLEAR


def _moved_out(box: QRectF, taken: Sequence[QRectF], way: str) -> QRectF:
    while hit := [old for old in taken if old.intersects(box)]:
        match way:
            case "down":
                box.moveTop(max(old.bottom() for old in hit) + 1.0)
            case "up":
                box.moveBottom(min(old.top() for old in hit) - 1.0)
            case "right":
                box.moveLeft(max(old.right() for old in hit) + 1.0)
            case _:
                box.moveRight(min(old.left() for old in hit) - 1.0)
    return box


def _beside(missing: list[str], known: Mapping[str, Position], drawn: Drawn) -> dict[str, Position]:
    """Places for new nodes: after what feeds them, else below everything."""
    found = in_rows(drawn, missing, ONE_ROW)
    new = set(missing)
    feeding = {wire.source.card.id for wire in drawn.wires if wire.target.card.id in new}
    anchors = [identity for identity in known if identity in feeding]
    if anchors:
        x = max(drawn.box(identity, known[identity]).right() for identity in anchors) + ONE_ROW.column
        y = known[anchors[0]][1]
    else:
        x = min(place[0] for place in known.values())
        y = max(drawn.box(identity, place).bottom() for identity, place in known.items()) + ONE_ROW.row
    return _clear({identity: (x + dx, y + dy) for identity, (dx, dy) in found.items()}, known, drawn)


def _clear(found: dict[str, Position], known: Mapping[str, Position], drawn: Drawn) -> dict[str, Position]:
    """The same places, moved down as far as it takes to cover no node that is already there."""
    taken = [drawn.box(identity, place) for identity, place in known.items()]
    boxes = [drawn.box(identity, place) for identity, place in found.items()]
    top = min(box.top() for box in boxes)
    down = 0.0
    while True:
        hit = [old for box in boxes for old in taken if box.translated(0.0, down).intersects(old)]
        if not hit:
            return {identity: (x, y + down) for identity, (x, y) in found.items()}
        down = max(down + 1.0, max(old.bottom() for old in hit) + ONE_ROW.row - top)
