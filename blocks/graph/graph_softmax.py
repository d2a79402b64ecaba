"""GraphSoftmax."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, Expression, port
from app.core.problems import ShapeError
from app.core.symbolic import differ
from app.core.tensor_type import TensorType
from blocks.rules import at_least_rank, floating, wrong_dtype


@dataclass(frozen=True, kw_only=True)
class GraphSoftmax(Block):
    """Shares of attention among the nodes of the same graph: positive, and 1 in sum for each graph of a batch.

    y[n] = e^x[n] / Σ of e^x[m] over all nodes m of the graph of n
    Shapes: scores N×H (a column for each head) or N, the number of its graph for each node N, and B×... → the scores'.
    Source: Vinyals et al., Order matters: sequence to sequence for sets, 2015.
    """

    inputs = (
        port("scores", "A row for each node, with a number for each head."),
        port("graph", "For each node the number of its graph: N whole numbers."),
        port("like", "A tensor whose first size is the number of graphs."),
    )
    synonyms = ("set2set", "attention pooling", "global attention", "segment softmax", "readout")

    def infer(self, scores: TensorType, graph: TensorType, like: TensorType) -> TensorType:
        at_least_rank(scores, 1, "N×H", "scores")
        floating(scores, "scores")
        if graph.dtype != "int64":
            raise wrong_dtype(graph, "numbers of graphs (int64)", "int64", "graph")
        at_least_rank(like, 1, "a tensor with a row for each graph", "like")
        if graph.rank != 1 or differ(graph.shape[0], scores.shape[0]):
            raise ShapeError(
                f"“graph” must have a number for each of the {scores.shape[0]} nodes; {graph} came.",
                expected=f"{scores.shape[0]} numbers",
                came=str(graph),
                part="graph",
            )
        return scores

    def call(self, scores: TensorType, graph: TensorType, like: TensorType) -> Expression:
        return Expression("edge_softmax(scores, graph, like.shape[0])", source="edge_softmax")
