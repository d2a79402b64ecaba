"""Degree."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, Expression, choice, port
from app.core.tensor_type import TensorType
from blocks.graph._edges import EDGES_HELP, check_edges
from blocks.rules import at_least_rank


@dataclass(frozen=True, kw_only=True)
class Degree(Block):
    """How many edges lead to each node of a graph, or from it.

    y[i] = number of edges (j, i)
    Shapes: edges 2×E and nodes N×... → N; float32.
    Source: torch.bincount.
    """

    inputs = (port("edge_index", EDGES_HELP), port("like", "A tensor whose first size is the number of nodes."))
    synonyms = ("number of neighbours", "bincount", "in-degree", "out-degree")

    counts: str = choice("incoming", "incoming", "outgoing", label="Edges", help="Those that lead to it, or from it.")

    def infer(self, edge_index: TensorType, like: TensorType) -> TensorType:
        check_edges(edge_index)
        at_least_rank(like, 1, "a tensor with a row for each node", "like")
        return TensorType((like.shape[0],))

    def call(self, edge_index: TensorType, like: TensorType) -> Expression:
        row = 1 if self.counts == "incoming" else 0
        return Expression(f"edge_index[{row}].bincount(minlength=like.shape[0]).float()")

    def detail(self) -> str:
        return self.counts
