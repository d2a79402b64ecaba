"""What “New” opens: a graph with one input and one output, a model of it, and nothing between. No Qt."""

from __future__ import annotations

from msgspec.structs import replace

from app.core.document import Document, GraphLayout, GraphPort, InputType, Model
from app.core.structure import add_graph, add_port

SIZE = 8
"""The bundled digits are 8×8 pixels: what is drawn first can be trained at once."""


def starter() -> Document:
    """A document to draw in."""
    document = with_first_graph(Document())
    inputs = {"x": InputType(("B", 1, SIZE, SIZE))}
    model = Model(name="net", graph="Net", inputs=inputs)
    layout = GraphLayout({"@in:x": (0.0, 0.0), "@out:output": (440.0, 0.0)})
    return replace(document, models={"net": model}, layout={"Net": layout})


def is_blank(document: Document) -> bool:
    """Whether nothing is drawn yet: there is no node, and so nothing that could be wrong."""
    return not any(graph.nodes for graph in document.graphs.values())


def with_first_graph(document: Document) -> Document:
    """A document that has a graph to draw in, with one input and one output."""
    name = "Net"
    made = add_graph(document, name).document
    made = add_port(made, name, "inputs", GraphPort("x")).document
    return add_port(made, name, "outputs", GraphPort("output")).document
