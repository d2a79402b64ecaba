"""The made graph of coloured vertices."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from app.core.block import Field, Source, whole
from app.core.tensor_type import TensorType

LABELS = ("none or one", "two", "three", "four or more")


@dataclass(frozen=True, kw_only=True)
class LoneRedGraph(Source):
    """A made graph of coloured vertices: how many neighbours have exactly one red neighbour?

    Edges and colours are of pure chance, and the first colour is called red. The answer is two steps away, has nothing
    to do with a vertex' own colour, and exactly one is neither more nor less: sums of colours alone do not tell it.
    The whole graph is one batch; 60 % of the vertices are for training, 15 % for validation, 25 % for test.
    """

    vertices: int = whole(2000, low=10, high=4000, label="Vertices", help="How many vertices there are.")
    colours: int = whole(4, low=2, high=1000, label="Colours", help="How many colours there are, red among them.")
    degree: int = whole(6, low=1, high=1000, label="Degree", help="Edges of a vertex, on average.")
    seed: int = whole(0, low=0, label="Seed", help="Other seeds give other graphs.")

    synonyms: ClassVar[tuple[str, ...]] = ("message passing", "counting", "graph", "synthetic", "nodes")
    reader: ClassVar[str] = "data_lone_red_graph"
    licence: ClassVar[str] = "made here; free to use"

    def fields(self) -> tuple[Field, ...]:
        mask = TensorType((self.vertices,), "bool")
        edges = TensorType((2, 2 * (self.vertices * self.degree // 2)), "int64")
        label = TensorType((self.vertices,), "int64")
        return (
            Field(name="features", type=TensorType((self.vertices, self.colours)), help="The colour, one-hot."),
            Field(name="edge_index", type=edges, help="From and to; each edge in both ways."),
            Field(name="label", type=label, labels=LABELS, help="Neighbours that have exactly one red neighbour."),
            Field(name="train_mask", type=mask, help="Vertices to learn from."),
            Field(name="validation_mask", type=mask, help="Vertices to choose by."),
            Field(name="test_mask", type=mask, help="Vertices to measure on."),
        )
