"""A picture of a graph without a window: through Graphviz where ``dot`` is installed, else by our own layout as SVG."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

import graphviz

from app.core.document import BOUNDARY, Document, Edge, Graph, Kind, Node
from app.core.layout import Link, Point, Size, Spacing, layered
from app.core.results import Elaboration, GraphResult
from app.core.tensor_type import ModuleType

CHARACTER, LINE, PADDING = 7.4, 18.0, 14.0
FONT = "Inter, Helvetica, Arial, sans-serif"


class DrawingError(Exception):
    """A picture that cannot be drawn; the message is a sentence."""


@dataclass(frozen=True)
class _Box:
    """One node as it is drawn: what it is called, what it is, and which colour it has."""

    title: str
    detail: str
    fill: str

    @property
    def size(self) -> Size:
        return max(len(self.title), len(self.detail)) * CHARACTER + 2 * PADDING, 2 * LINE + PADDING


_FILLS = {Kind.BLOCK: "#eaf1fb", Kind.GRAPH: "#fdf0dc", Kind.MODEL: "#e6f5e9"}
_ENDS = "#efefef"


def has_dot() -> bool:
    """Whether Graphviz's program is installed."""
    return shutil.which("dot") is not None


def first_graph(document: Document) -> str:
    """The graph to draw where none is named: that of the first model, else the first."""
    for model in document.models.values():
        return model.graph
    for name in document.graphs:
        return name
    raise DrawingError("The document has no graph to draw.")


def svg(elaboration: Elaboration, graph: str) -> str:
    """The graph as SVG text, with the shapes on its wires."""
    drawn = _graph(elaboration, graph)
    view = elaboration.views.get(graph)
    if has_dot():
        return str(_dot(drawn, view).pipe(format="svg", encoding="utf-8"))
    return plain_svg(elaboration, graph)


def png(elaboration: Elaboration, graph: str) -> bytes:
    """The graph as a PNG file's bytes."""
    drawn = _graph(elaboration, graph)
    if not has_dot():
        raise DrawingError("A PNG picture needs Graphviz's “dot”, which is not installed. SVG works without it.")
    return bytes(_dot(drawn, elaboration.views.get(graph)).pipe(format="png"))


def _graph(elaboration: Elaboration, name: str) -> Graph:
    found = elaboration.document.graphs.get(name)
    if found is None:
        there = ", ".join(elaboration.document.graphs) or "none"
        raise DrawingError(f"There is no graph “{name}”; there are: {there}.")
    return found


# -- what is drawn --------------------------------------------------------------------------------------------------


def _boxes(graph: Graph, view: GraphResult | None) -> dict[str, _Box]:
    boxes = {_input(port.name): _Box(port.name, _type(view, BOUNDARY, port.name), _ENDS) for port in graph.inputs}
    boxes.update({key: _Box(_title(node), _detail(node), _FILLS[node.use.kind]) for key, node in graph.nodes.items()})
    boxes.update({_output(port.name): _Box(port.name, "", _ENDS) for port in graph.outputs})
    return boxes


def _title(node: Node) -> str:
    times = ""
    if node.repeat is not None:
        times = f" ×{str(node.repeat.count).removeprefix('=')}"
    elif node.scan is not None:
        times = " step by step"
    return node.name + times


def _detail(node: Node) -> str:
    names = list(dict.fromkeys(use.name for use in node.uses))
    return " or ".join(names)


def _type(view: GraphResult | None, node: str, port: str) -> str:
    found = view.wire(node, port) if view is not None else None
    return "" if found is None or isinstance(found, ModuleType) else str(found)


def _input(port: str) -> str:
    return f"@in:{port}"


def _output(port: str) -> str:
    return f"@out:{port}"


def _ends(edge: Edge) -> tuple[str, str]:
    source = _input(edge.source.port) if edge.source.node == BOUNDARY else edge.source.node
    target = _output(edge.target.port) if edge.target.node == BOUNDARY else edge.target.node
    return source, target


# -- through Graphviz -----------------------------------------------------------------------------------------------


def _dot(graph: Graph, view: GraphResult | None) -> graphviz.Digraph:
    made = graphviz.Digraph(graph.name)
    made.attr(rankdir="TB", fontname="Helvetica", ranksep="0.35", nodesep="0.3")
    made.attr("node", shape="box", style="rounded,filled", fontname="Helvetica", fontsize="11", color="#6b7280")
    made.attr("edge", fontname="Helvetica", fontsize="9", color="#6b7280", fontcolor="#374151", arrowsize="0.7")
    boxes = _boxes(graph, view)
    numbers = {key: f"n{number}" for number, key in enumerate(boxes)}
    for key, box in boxes.items():
        label = "\n".join(part for part in (box.title, box.detail) if part)
        made.node(numbers[key], label=graphviz.escape(label), fillcolor=box.fill)
    for edge in graph.edges:
        source, target = _ends(edge)
        if source in numbers and target in numbers:
            label = _type(view, edge.source.node, edge.source.port)
            made.edge(numbers[source], numbers[target], label=graphviz.escape(label))
    return made


# -- by ourselves ---------------------------------------------------------------------------------------------------


def plain_svg(elaboration: Elaboration, name: str) -> str:
    """The graph as SVG text with our own layout: where a person put the nodes, else in layers."""
    graph = _graph(elaboration, name)
    view = elaboration.views.get(name)
    boxes = _boxes(graph, view)
    places = _places(elaboration.document, graph, boxes)
    left, top = (min(point[axis] for point in places.values()) if places else 0.0 for axis in (0, 1))
    places = {key: (x - left + PADDING, y - top + PADDING) for key, (x, y) in places.items()}
    width = max((x + boxes[key].size[0] for key, (x, _) in places.items()), default=0.0) + PADDING
    height = max((y + boxes[key].size[1] for key, (_, y) in places.items()), default=0.0) + PADDING
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}" '
        f'viewBox="0 0 {width:.1f} {height:.1f}" font-family={quoteattr(FONT)} font-size="12">',
        f"<title>{escape(graph.name)}</title>",
        '<rect width="100%" height="100%" fill="#ffffff"/>',
    ]
    for edge in graph.edges:
        source, target = _ends(edge)
        if source in boxes and target in boxes:
            label = _type(view, edge.source.node, edge.source.port)
            lines += _wire(places[source], boxes[source].size, places[target], boxes[target].size, label)
    for key, box in boxes.items():
        lines += _drawn(box, places[key])
    return "\n".join([*lines, "</svg>"]) + "\n"


def _places(document: Document, graph: Graph, boxes: Mapping[str, _Box]) -> dict[str, Point]:
    layout = document.layout.get(graph.name)
    if layout is not None and all(key in layout.positions for key in boxes):
        return {key: layout.positions[key] for key in boxes}
    return layered(
        {key: box.size for key, box in boxes.items()},
        [Link(*_ends(edge)) for edge in graph.edges],
        first=[_input(port.name) for port in graph.inputs],
        last=[_output(port.name) for port in graph.outputs],
        spacing=Spacing(column=96.0, row=30.0),
    )


def _wire(start: Point, start_size: Size, end: Point, end_size: Size, label: str) -> list[str]:
    x0, y0 = start[0] + start_size[0], start[1] + start_size[1] / 2
    x1, y1 = end[0], end[1] + end_size[1] / 2
    reach = max(30.0, (x1 - x0) / 2)
    path = f"M{x0:.1f},{y0:.1f} C{x0 + reach:.1f},{y0:.1f} {x1 - reach:.1f},{y1:.1f} {x1:.1f},{y1:.1f}"
    lines = [f'<path d="{path}" fill="none" stroke="#6b7280" stroke-width="1.4"/>']
    if label:
        lines.append(
            f'<text x="{(x0 + x1) / 2:.1f}" y="{(y0 + y1) / 2 - 5:.1f}" font-size="10" fill="#374151" '
            f'text-anchor="middle">{escape(label)}</text>'
        )
    return lines


def _drawn(box: _Box, at: Point) -> list[str]:
    (x, y), (width, height) = at, box.size
    middle = x + width / 2
    lines = [
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" rx="7" fill="{box.fill}" '
        f'stroke="#6b7280"/>',
        f'<text x="{middle:.1f}" y="{y + LINE + 3:.1f}" font-weight="600" fill="#111827" '
        f'text-anchor="middle">{escape(box.title)}</text>',
    ]
    if box.detail:
        lines.append(
            f'<text x="{middle:.1f}" y="{y + 2 * LINE + 2:.1f}" font-size="11" fill="#4b5563" '
            f'text-anchor="middle">{escape(box.detail)}</text>'
        )
    return lines
