"""What is taken out of the self-supervised templates."""

from __future__ import annotations

from msgspec.structs import replace

from app.core.document import Document, End, Kind, Use
from tests.ruins.operations import Ruin, bypassing, with_graph, with_node


def without_predictor_and_average(document: Document) -> Document:
    """Each view's projection is to be what the other's is, now: nothing keeps all from becoming one point."""
    document = bypassing("TrainStep", "predictor_a", "predictor_b")(document)
    target = replace(document.models["target"], decay=0.0)
    return replace(document, models={**document.models, "target": target})


def without_other_images(document: Document) -> Document:
    """Twins are to be alike, and nothing says that others are not."""
    graph = document.graphs["TrainStep"]
    ports = {"first": "input", "second": "target"}
    edges = tuple(
        replace(edge, target=End("twins", ports[edge.target.port])) if edge.target.node == "twins" else edge
        for edge in graph.edges
    )
    graph = with_node(graph, "twins", use=Use(Kind.BLOCK, "CosineLoss"), arguments={})
    return with_graph(document, replace(graph, edges=edges))


RUINS: dict[str, tuple[str, Ruin]] = {
    "pretext_ssl": ("images are not turned, but said to be", bypassing("TrainStep", "turn_1", "turn_2", "turn_3")),
    "simclr": ("no other images to be told from", without_other_images),
    "byol": ("no predictor, no average", without_predictor_and_average),
}
