"""AddSelfLoops."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, Expression, port
from app.core.tensor_type import TensorType
from blocks.graph._edges import EDGES_HELP, check_edges
from blocks.rules import at_least_rank


@dataclass(frozen=True, kw_only=True)
class AddSelfLoops(Block):
    """Adds an edge from every node of a graph to itself, so that it hears itself among its neighbours.

    Edges (i, i) for all nodes stand behind the others; loops that were there stay.
    Shapes: edges 2×E and nodes N×... → 2×(E + N).
    Source: Veličković et al., Graph attention networks, 2017.
    """

    inputs = (port("edge_index", EDGES_HELP), port("like", "A tensor whose first size is the number of nodes."))
    synonyms = ("loops", "self edges", "gat", "renormalisation")

    def infer(self, edge_index: TensorType, like: TensorType) -> TensorType:
        check_edges(edge_index)
        at_least_rank(like, 1, "a tensor with a row for each node", "like")
        return edge_index.with_shape(2, edge_index.shape[1] + like.shape[0])

    def call(self, edge_index: TensorType, like: TensorType) -> Expression:
        return Expression("add_self_loops(edge_index, like.shape[0])", source="add_self_loops")
