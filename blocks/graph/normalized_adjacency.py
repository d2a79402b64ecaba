"""NormalizedAdjacency."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, Expression, flag, port
from app.core.tensor_type import TensorType
from blocks.graph._edges import EDGES_HELP, check_edges
from blocks.rules import at_least_rank


@dataclass(frozen=True, kw_only=True)
class NormalizedAdjacency(Block):
    """How much each node of a graph takes from each other: the propagation matrix of graph convolutions.

    y = D^(-1/2) · (A + I) · D^(-1/2), where A are the edges, I adds each node itself and D counts neighbours
    Shapes: edges 2×E and nodes N×F → N×N.
    Source: Kipf & Welling, Semi-supervised classification with graph convolutional networks, 2016.
    """

    inputs = (port("edge_index", EDGES_HELP), port("like", "A tensor whose first size is the number of nodes."))
    synonyms = ("gcn", "laplacian", "adjacency matrix", "graph convolution", "renormalisation")

    sparse: bool = flag(False, label="Sparse", help="Hold only the edges: faster from about a thousand nodes.")

    def infer(self, edge_index: TensorType, like: TensorType) -> TensorType:
        check_edges(edge_index)
        at_least_rank(like, 1, "a tensor with a row for each node", "like")
        return TensorType((like.shape[0], like.shape[0]))

    def call(self, edge_index: TensorType, like: TensorType) -> Expression:
        sparse = ", sparse=True" if self.sparse else ""
        return Expression(
            f"normalized_adjacency(edge_index, like.shape[0]{sparse})",
            source="normalized_adjacency",
        )

    def detail(self) -> str:
        return "sparse" if self.sparse else "dense"
