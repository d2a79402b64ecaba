"""The made graph of quiet and loud vertices."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from app.core.block import Field, Source, real, whole
from app.core.problems import SetArgument, ShapeError
from app.core.tensor_type import TensorType


@dataclass(frozen=True, kw_only=True)
class LoudGraph(Source):
    """A made graph in which some vertices loudly claim to be of a class, to everybody: whom to listen to?

    Quiet vertices fall into classes, mostly know their like, and their features are noisy hints of the class. The loud
    ones, the last in order, are known to all classes alike and in no mask; their features hold a class much more
    clearly, and a mark that they share. Who takes the mean of the neighbours hears mostly them. The whole graph is one
    batch.
    Source: after the stochastic block model of Holland, Laskey and Leinhardt, 1983.
    """

    vertices: int = whole(1000, low=10, high=4000, label="Vertices", help="How many there are, quiet and loud.")
    classes: int = whole(5, low=2, high=100, label="Classes", help="How many classes there are.")
    features: int = whole(64, low=1, high=10_000, label="Features", help="Numbers that come with each vertex.")
    loud: int = whole(200, low=1, high=4000, label="Loud ones", help="Vertices that claim a class to everybody.")
    degree: int = whole(6, low=1, high=1000, label="Friends", help="Quiet neighbours of a quiet vertex, on average.")
    shouts: int = whole(6, low=1, high=1000, label="Shouts", help="Loud neighbours of each quiet vertex.")
    homophily: float = real(0.6, low=0.0, high=1.0, label="Homophily", help="Share of friends of one's own class.")
    noise: float = real(
        4.0, low=0.0, high=1000.0, label="Noise", help="How much larger it is than the hints of the quiet ones."
    )
    volume: float = real(6.0, low=0.0, high=1000.0, label="Volume", help="How much clearer the claims of the loud are.")
    labelled: int = whole(
        20, low=1, high=1000, label="Labelled per class", help="Vertices of each class whose labels are for training."
    )
    validation: int = whole(
        200, low=1, high=4000, label="Validation", help="Vertices for validation; other quiet ones are for test."
    )
    seed: int = whole(0, low=0, label="Seed", help="Other seeds give other graphs.")

    synonyms: ClassVar[tuple[str, ...]] = ("graph attention", "spam", "stochastic block model", "noisy neighbours")
    reader: ClassVar[str] = "data_loud_graph"
    licence: ClassVar[str] = "made here; free to use"

    def fields(self) -> tuple[Field, ...]:
        quiet, known = self.vertices - self.loud, self.classes * self.labelled + self.validation
        if known >= quiet:
            raise ShapeError(
                f"Expected quiet vertices to be left for test; {known} of {quiet} are for training and validation.",
                expected=f"more than {known} quiet vertices",
                came=str(quiet),
                part="vertices",
                fixes=(SetArgument("vertices", 2 * known + self.loud, label=f"Make {2 * known + self.loud} vertices"),),
            )
        labels = tuple(f"class {index}" for index in range(self.classes))
        edges = 2 * (quiet * self.degree // 2 + quiet * self.shouts)
        mask = TensorType((self.vertices,), "bool")
        return (
            Field(
                name="features", type=TensorType((self.vertices, self.features)), help="Hints of the class, or claims."
            ),
            Field(name="edge_index", type=TensorType((2, edges), "int64"), help="From and to; each edge in both ways."),
            Field(name="label", type=TensorType((self.vertices,), "int64"), labels=labels, help="Each vertex' class."),
            Field(name="train_mask", type=mask, help="Vertices to learn from."),
            Field(name="validation_mask", type=mask, help="Vertices to choose by."),
            Field(name="test_mask", type=mask, help="Vertices to measure on."),
        )
