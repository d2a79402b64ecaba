"""Adjacency."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, Expression, flag, port
from app.core.tensor_type import TensorType
from blocks.graph._edges import EDGES_HELP, check_edges
from blocks.rules import at_least_rank


@dataclass(frozen=True, kw_only=True)
class Adjacency(Block):
    """The edges of a graph as a matrix: 1 where an edge leads from the column's node to the row's, else 0.

    y[i, j] = 1 if there is an edge (j, i)
    Shapes: edges 2×E and nodes N×... → N×N.
    Source: the A of Kipf & Welling, 2016; NormalizedAdjacency weighs it by the numbers of neighbours.
    """

    inputs = (port("edge_index", EDGES_HELP), port("like", "A tensor whose first size is the number of nodes."))
    synonyms = ("adjacency matrix", "dense graph", "to dense adj", "attention mask of a graph", "connectivity")

    loops: bool = flag(False, label="Loops", help="Every node is its own neighbour, too.")

    def infer(self, edge_index: TensorType, like: TensorType) -> TensorType:
        check_edges(edge_index)
        at_least_rank(like, 1, "a tensor with a row for each node", "like")
        return TensorType((like.shape[0], like.shape[0]))

    def call(self, edge_index: TensorType, like: TensorType) -> Expression:
        loops = ", loops=True" if self.loops else ""
        return Expression(f"adjacency(edge_index, like.shape[0]{loops})", source="adjacency")
