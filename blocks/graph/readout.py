"""Readout."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, Expression, choice, port
from app.core.problems import ShapeError
from app.core.symbolic import differ
from app.core.tensor_type import TensorType
from blocks.graph.aggregate import METHODS
from blocks.rules import at_least_rank, floating, shaped, wrong_dtype


@dataclass(frozen=True, kw_only=True)
class Readout(Block):
    """One vector for each graph of a batch, from the nodes that belong to it.

    y[g] = reduction over all nodes n with graph[n] = g of x[n]; 0 where there are none
    Shapes: nodes N×F, the number of its graph for each node N, and B×... → B×F.
    Source: Xu et al., How powerful are graph neural networks?, 2018.
    """

    inputs = (
        port("features", "A row for each node."),
        port("graph", "For each node the number of its graph: N whole numbers."),
        port("like", "A tensor whose first size is the number of graphs."),
    )
    synonyms = ("global pooling", "graph pooling", "global mean pool", "global add pool", "graph classification")

    reduction: str = choice("sum", *METHODS, label="Reduction", help="How a graph's nodes become one vector.")

    def infer(self, features: TensorType, graph: TensorType, like: TensorType) -> TensorType:
        shaped(features, "N×F", "features")
        floating(features, "features")
        if graph.dtype != "int64":
            raise wrong_dtype(graph, "numbers of graphs (int64)", "int64", "graph")
        at_least_rank(like, 1, "a tensor with a row for each graph", "like")
        if graph.rank != 1 or differ(graph.shape[0], features.shape[0]):
            raise ShapeError(
                f"“graph” must have a number for each of the {features.shape[0]} nodes; {graph} came.",
                expected=f"{features.shape[0]} numbers",
                came=str(graph),
                part="graph",
            )
        return features.with_shape(like.shape[0], features.shape[1])

    def call(self, features: TensorType, graph: TensorType, like: TensorType) -> Expression:
        method = "" if self.reduction == "sum" else f', "{METHODS[self.reduction]}"'
        return Expression(f"aggregate(features, graph, like.shape[0]{method})", source="aggregate")

    def detail(self) -> str:
        return self.reduction
