"""The made graphs of rebels."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar

from app.core.block import Field, Source, whole
from app.core.tensor_type import TensorType

LABELS = ("fewer than half", "half or more")
ENDS = (0, 60, 75, 100)
"""Shares of the vertices in percent: where each split's graph ends and the next begins."""


@dataclass(frozen=True, kw_only=True)
class RebelGraph(Source):
    """Made graphs of red and blue vertices: is half or more of a vertex' neighbourhood made of rebels?

    A rebel differs in colour from most of its neighbours. Edges and colours are of pure chance. Who rebels is seen only
    by what compares a vertex with its neighbours, and the answer is one step further on: means of colours, over one
    step or two, do not tell it. All is one batch, but no edge joins the graphs for training (60 % of the vertices),
    validation (15 %) and test (25 %): what is measured is how well a rule serves a graph that was never seen.
    """

    vertices: int = whole(3000, low=40, high=10_000, label="Vertices", help="How many vertices the three have.")
    degree: int = whole(5, low=1, high=1000, label="Degree", help="Edges of a vertex, on average.")
    seed: int = whole(0, low=0, label="Seed", help="Other seeds give other graphs.")

    synonyms: ClassVar[tuple[str, ...]] = ("message passing", "inductive", "graph", "synthetic", "nodes", "heterophily")
    reader: ClassVar[str] = "data_rebel_graph"
    licence: ClassVar[str] = "made here; free to use"

    def fields(self) -> tuple[Field, ...]:
        ends = [self.vertices * share // 100 for share in ENDS]
        edges = sum(2 * ((end - begin) * self.degree // 2) for begin, end in pairwise(ends))
        mask = TensorType((self.vertices,), "bool")
        label = TensorType((self.vertices,), "int64")
        return (
            Field(name="features", type=TensorType((self.vertices, 2)), help="Red or blue, one-hot."),
            Field(name="edge_index", type=TensorType((2, edges), "int64"), help="From and to; each edge in both ways."),
            Field(name="label", type=label, labels=LABELS, help="How many of its neighbours rebel."),
            Field(name="train_mask", type=mask, help="Vertices to learn from."),
            Field(name="validation_mask", type=mask, help="Vertices to choose by."),
            Field(name="test_mask", type=mask, help="Vertices to measure on."),
        )
