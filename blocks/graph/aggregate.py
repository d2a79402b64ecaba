"""Aggregate."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, Expression, choice, port
from app.core.problems import ShapeError
from app.core.symbolic import differ
from app.core.tensor_type import TensorType
from blocks.graph._edges import EDGES_HELP, check_edges
from blocks.rules import at_least_rank, floating, shaped

METHODS = {"sum": "sum", "mean": "mean", "max": "amax"}


@dataclass(frozen=True, kw_only=True)
class Aggregate(Block):
    """What each node of a graph gets from the messages on the edges that lead to it.

    y[i] = reduction over all edges (j, i) of their messages; 0 where there are none
    Shapes: messages E×F, edges 2×E and nodes N×... → N×F.
    Source: Gilmer et al., Neural message passing for quantum chemistry, 2017; torch.Tensor.scatter_reduce.
    """

    inputs = (
        port("messages", "A row for each edge."),
        port("edge_index", EDGES_HELP),
        port("like", "A tensor whose first size is the number of nodes."),
    )
    synonyms = ("scatter", "message passing", "neighbours", "pool edges")

    reduction: str = choice("sum", *METHODS, label="Reduction", help="How several messages become one.")

    def infer(self, messages: TensorType, edge_index: TensorType, like: TensorType) -> TensorType:
        shaped(messages, "E×F", "messages")
        floating(messages, "messages")
        check_edges(edge_index)
        at_least_rank(like, 1, "a tensor with a row for each node", "like")
        if differ(messages.shape[0], edge_index.shape[1]):
            raise ShapeError(
                f"“messages” must have a row for each of the {edge_index.shape[1]} edges; {messages} came.",
                expected=f"{edge_index.shape[1]} rows",
                came=str(messages),
                part="messages",
            )
        return messages.with_shape(like.shape[0], messages.shape[1])

    def call(self, messages: TensorType, edge_index: TensorType, like: TensorType) -> Expression:
        method = "" if self.reduction == "sum" else f', "{METHODS[self.reduction]}"'
        return Expression(f"aggregate(messages, edge_index[1], like.shape[0]{method})", source="aggregate")

    def detail(self) -> str:
        return self.reduction
