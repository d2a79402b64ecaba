"""A template's top graph as a small picture: boxes in their categories' colours and the wires between them."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from app.core.block import Library
from app.core.document import BOUNDARY, Document, End, Graph, Kind, Node
from app.core.layout import Link, Spacing, layered
from app.ui.theme import Theme
from app.ui.workspace import first_graph

BOX = (150.0, 74.0)
SPACING = Spacing(column=70.0, row=40.0)
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
        links = [Link(source, target) for source, target in ends]
        places = layered(dict.fromkeys(categories, BOX), links, spacing=SPACING)
    numbers = {key: number for number, key in enumerate(categories)}
    boxes = tuple((*places[key], category) for key, category in categories.items())
    known = [(numbers[a], numbers[b]) for a, b in ends if a in numbers and b in numbers]
    return Sketch(boxes, tuple(dict.fromkeys(known)))


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
    reach = max(abs(end.x() - start.x()) / 2, 3.0)
    path.cubicTo(start + QPointF(reach, 0), end - QPointF(reach, 0), end)
    return path
