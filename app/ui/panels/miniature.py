"""A template's top graph as a small picture: boxes in their categories' colours and the wires between them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from msgspec import Struct
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from app.core.block import Library
from app.core.document import BOUNDARY, Document, End, Graph, Kind, Node
from app.core.layout import Link, Spacing, layered
from app.ui.theme import Theme
from app.ui.workspace import first_graph

BOX = (150.0, 74.0)
SPACING = Spacing(column=70.0, row=40.0, between_rows=70.0)
PAGE = (176.0, 46.0)
"""About the room that a card leaves; a long graph is broken into as many rows as make it largest there."""
MOST_ROWS = 4
TURN = 4.0
LARGEST = 0.34
"""Boxes of a small graph are not drawn larger than this share of the canvas."""
PAD = 5.0


class Sketch(Struct, frozen=True):
    """What is drawn: top left corners with categories, and wires between numbers of boxes."""

    boxes: tuple[tuple[float, float, str], ...]
    wires: tuple[tuple[int, int], ...]

    @property
    def bounds(self) -> QRectF:
        if not self.boxes:
            return QRectF()
        left, top = min(x for x, _, _ in self.boxes), min(y for _, y, _ in self.boxes)
        right, bottom = max(x for x, _, _ in self.boxes), max(y for _, y, _ in self.boxes)
        return QRectF(left, top, right - left + BOX[0], bottom - top + BOX[1])


def sketch(document: Document, library: Library) -> Sketch:
    """The graph that the document opens on, as it is laid out, or laid out here."""
    graph = document.graphs.get(first_graph(document))
    if graph is None:
        return Sketch((), ())
    categories = _categories(graph, library)
    ends = [(_key(edge.source, "in"), _key(edge.target, "out")) for edge in graph.edges]
    layout = document.layout.get(graph.name)
    places: Mapping[str, tuple[float, float]] = layout.positions if layout is not None else {}
    if not categories.keys() <= places.keys():
        places = _laid_out(categories, [Link(source, target) for source, target in ends])
    numbers = {key: number for number, key in enumerate(categories)}
    boxes = tuple((*places[key], category) for key, category in categories.items())
    known = [(numbers[a], numbers[b]) for a, b in ends if a in numbers and b in numbers]
    return Sketch(boxes, tuple(dict.fromkeys(known)))


def _laid_out(keys: Iterable[str], links: Sequence[Link]) -> Mapping[str, tuple[float, float]]:
    """In the number of rows that shows it largest; one whose wires run everywhere stays in one."""
    sizes = dict.fromkeys(keys, BOX)
    whole = layered(sizes, links, spacing=SPACING)
    width = max((x for x, _ in whole.values()), default=0.0) + BOX[0]
    wrapped = (
        layered(sizes, links, spacing=replace(SPACING, wrap=width / rows + 1)) for rows in range(2, MOST_ROWS + 1)
    )
    return max([whole, *wrapped], key=_scale)


def _scale(places: Mapping[str, tuple[float, float]]) -> float:
    """How large it would be drawn."""
    bounds = Sketch(tuple((x, y, "") for x, y in places.values()), ()).bounds
    return min(PAGE[0] / max(bounds.width(), 1.0), PAGE[1] / max(bounds.height(), 1.0), LARGEST)


def _categories(graph: Graph, library: Library) -> dict[str, str]:
    found = {f"{BOUNDARY}in:{port.name}": "input" for port in graph.inputs}
    found |= {key: _category(node, library) for key, node in graph.nodes.items()}
    return found | {f"{BOUNDARY}out:{port.name}": "output" for port in graph.outputs}


def _category(node: Node, library: Library) -> str:
    if node.use.kind is not Kind.BLOCK:
        return node.use.kind.value
    return library.family(node.use.name) if library.find(node.use.name) is not None else "missing"


def _key(end: End, side: str) -> str:
    return f"{BOUNDARY}{side}:{end.port}" if end.node == BOUNDARY else end.node


def paint(painter: QPainter, rect: QRectF, drawn: Sketch, theme: Theme) -> None:
    """The sketch in the middle of a rectangle, as large as fits."""
    bounds = drawn.bounds
    if bounds.isEmpty():
        return
    inner = rect.adjusted(PAD, PAD, -PAD, -PAD)
    scale = min(inner.width() / bounds.width(), inner.height() / bounds.height(), LARGEST)
    shift = inner.center() - bounds.center() * scale
    rects = [QRectF(x * scale + shift.x(), y * scale + shift.y(), BOX[0] * scale, BOX[1] * scale)
             for x, y, _ in drawn.boxes]  # fmt: skip
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(theme.muted), 1.0))
    for source, target in drawn.wires:
        painter.drawPath(_wire(rects[source], rects[target]))
    painter.setPen(Qt.PenStyle.NoPen)
    for place, (_, _, category) in zip(rects, drawn.boxes, strict=True):
        painter.setBrush(QColor(theme.category(category)))
        painter.drawRoundedRect(place, min(2.0, place.height() / 4), min(2.0, place.height() / 4))


def _wire(source: QRectF, target: QRectF) -> QPainterPath:
    start, end = QPointF(source.right(), source.center().y()), QPointF(target.left(), target.center().y())
    path = QPainterPath(start)
    if end.x() < start.x() and target.top() > source.bottom():  # on to the next row
        between = (source.bottom() + target.top()) / 2
        for x, y in ((start.x() + TURN, start.y()), (start.x() + TURN, between), (end.x() - TURN, between)):
            path.lineTo(x, y)
        path.lineTo(end.x() - TURN, end.y())
        path.lineTo(end)
        return path
    reach = max(abs(end.x() - start.x()) / 2, 3.0)
    path.cubicTo(start + QPointF(reach, 0), end - QPointF(reach, 0), end)
    return path
