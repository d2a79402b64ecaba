"""EdgeSoftmax."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, Expression, port
from app.core.problems import ShapeError
from app.core.symbolic import differ
from app.core.tensor_type import TensorType
from blocks.graph._edges import EDGES_HELP, check_edges
from blocks.rules import at_least_rank, floating


@dataclass(frozen=True, kw_only=True)
class EdgeSoftmax(Block):
    """Shares of attention among the edges that lead to the same node: positive, and 1 in sum for each node.

    y[e] = e^x[e] / Σ of e^x[k] over all edges k that lead to the same node as e
    Shapes: scores E×H (a column for each head) or E, edges 2×E and nodes N×... → the shape of the scores.
    Source: Veličković et al., Graph attention networks, 2017.
    """

    inputs = (
        port("scores", "A row for each edge, with a number for each head."),
        port("edge_index", EDGES_HELP),
        port("like", "A tensor whose first size is the number of nodes."),
    )
    synonyms = ("graph attention", "gat", "segment softmax", "attention coefficients", "neighbours")

    def infer(self, scores: TensorType, edge_index: TensorType, like: TensorType) -> TensorType:
        at_least_rank(scores, 1, "E×H", "scores")
        floating(scores, "scores")
        check_edges(edge_index)
        at_least_rank(like, 1, "a tensor with a row for each node", "like")
        if differ(scores.shape[0], edge_index.shape[1]):
            raise ShapeError(
                f"“scores” must have a row for each of the {edge_index.shape[1]} edges; {scores} came.",
                expected=f"{edge_index.shape[1]} rows",
                came=str(scores),
                part="scores",
            )
        return scores

    def call(self, scores: TensorType, edge_index: TensorType, like: TensorType) -> Expression:
        return Expression("edge_softmax(scores, edge_index[1], like.shape[0])", source="edge_softmax")
