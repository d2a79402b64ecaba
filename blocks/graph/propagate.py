"""Propagate."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, Expression, choice, port
from app.core.tensor_type import TensorType
from blocks.graph._edges import EDGES_HELP, check_edges
from blocks.graph.aggregate import METHODS
from blocks.rules import floating, shaped


@dataclass(frozen=True, kw_only=True)
class Propagate(Block):
    """Each node of a graph gets what its neighbours hold: their sum, mean or largest values.

    y[i] = reduction over all edges (j, i) of x[j]; 0 where there are none
    Shapes: nodes N×F and edges 2×E → N×F.
    Source: Hamilton et al., Inductive representation learning on large graphs, 2017.
    """

    inputs = (port("features", "A row for each node."), port("edge_index", EDGES_HELP))
    synonyms = ("message passing", "neighbours", "graphsage", "mean aggregator")

    reduction: str = choice("mean", *METHODS, label="Reduction", help="How several neighbours become one.")

    def infer(self, features: TensorType, edge_index: TensorType) -> TensorType:
        shaped(features, "N×F", "features")
        floating(features, "features")
        check_edges(edge_index)
        return features

    def call(self, features: TensorType, edge_index: TensorType) -> Expression:
        method = "" if self.reduction == "sum" else f', "{METHODS[self.reduction]}"'
        call = f"aggregate(features[edge_index[0]], edge_index[1], features.shape[0]{method})"
        return Expression(call, source="aggregate")

    def detail(self) -> str:
        return self.reduction
