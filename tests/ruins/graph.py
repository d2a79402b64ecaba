"""What is taken out of the graph networks."""

from __future__ import annotations

from msgspec.structs import replace

from app.core.document import Document, End
from tests.ruins.operations import Ruin, standing_in, with_graph


def without(graph: str, node: str) -> Ruin:
    """A node is gone; a sum of two that it was a part of is the other part."""

    def ruined(document: Document) -> Document:
        found = document.graphs[graph]
        (joint,) = [edge.target for edge in found.edges if edge.source.node == node]
        (other,) = [edge.source for edge in found.edges if edge.target == joint and edge.source.node != node]
        edges = tuple(
            replace(edge, source=other) if edge.source == End(joint.node, "output") else edge
            for edge in found.edges
            if node not in (edge.source.node, edge.target.node) and edge.target != joint
        )
        nodes = {name: kept for name, kept in found.nodes.items() if name not in (node, joint.node)}
        return with_graph(document, replace(found, nodes=nodes, edges=edges))

    return ruined


RUINS: dict[str, tuple[str, Ruin]] = {
    "gcn": ("no neighbours", standing_in("GraphConvolution", "propagate", "Identity", "b", "input", {})),
    "mpnn": ("all bonds say the same", standing_in("EdgeNetwork", "relu", "ZerosLike", "input", "input", {})),
    "graphsage_gin_mpnn": ("a vertex forgets itself", without("SAGEConv", "lin_r")),
    "gnn_basic": (
        "no messages: each vertex hears only itself",
        standing_in("MessagePassing", "propagate", "Identity", "features", "input", {}),
    ),
    "gat": (
        "every neighbour gets the same share",
        standing_in("GraphAttention", "leaky", "ZerosLike", "input", "input", {}),
    ),
}
