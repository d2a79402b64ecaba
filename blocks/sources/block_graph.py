"""The made block graph source."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from app.core.block import Field, Source, real, whole
from app.core.problems import SetArgument, ShapeError
from app.core.tensor_type import TensorType


@dataclass(frozen=True, kw_only=True)
class BlockGraph(Source):
    """A made graph whose vertices fall into classes: edges mostly join equals, and features are noisy hints.

    A stochastic block model with an exact number of edges. A vertex' features are its class' centre and much noise, so
    that neither the features alone nor the edges alone suffice. The whole graph is one batch; masks tell which
    vertices' labels may be learnt from, the same in every split.
    Source: Holland, Laskey and Leinhardt, Stochastic blockmodels: first steps, 1983.
    """

    vertices: int = whole(1000, low=10, high=4000, label="Vertices", help="How many vertices there are.")
    classes: int = whole(5, low=2, high=100, label="Classes", help="How many classes there are, all of the same size.")
    features: int = whole(64, low=1, high=10_000, label="Features", help="Numbers that come with each vertex.")
    degree: int = whole(6, low=1, high=1000, label="Degree", help="Edges of a vertex, on average.")
    homophily: float = real(
        0.6, low=0.0, high=1.0, label="Homophily", help="Share of the edges that join vertices of one class."
    )
    noise: float = real(
        4.0, low=0.0, high=1000.0, label="Noise", help="Deviation of features; that of the classes' centres is 1."
    )
    labelled: int = whole(
        20, low=1, high=1000, label="Labelled per class", help="Vertices of each class whose labels are for training."
    )
    validation: int = whole(
        200, low=1, high=4000, label="Validation", help="Vertices for validation; all others are for test."
    )
    seed: int = whole(0, low=0, label="Seed", help="Other seeds give other graphs.")

    synonyms: ClassVar[tuple[str, ...]] = ("citation network", "stochastic block model", "Cora", "synthetic", "nodes")
    reader: ClassVar[str] = "data_block_graph"
    licence: ClassVar[str] = "made here; free to use"

    def fields(self) -> tuple[Field, ...]:
        known = self.classes * self.labelled + self.validation
        if known >= self.vertices:
            raise ShapeError(
                f"Expected vertices to be left for test; {self.classes} × {self.labelled} are for training and "
                f"{self.validation} for validation, of {self.vertices}.",
                expected=f"more than {known} vertices",
                came=str(self.vertices),
                part="vertices",
                fixes=(SetArgument("vertices", 2 * known, label=f"Make {2 * known} vertices"),),
            )
        labels = tuple(f"class {index}" for index in range(self.classes))
        edges = 2 * (self.vertices * self.degree // 2)
        mask = TensorType((self.vertices,), "bool")
        return (
            Field(name="features", type=TensorType((self.vertices, self.features)), help="Noisy hints of the class."),
            Field(name="edge_index", type=TensorType((2, edges), "int64"), help="From and to; each edge in both ways."),
            Field(name="label", type=TensorType((self.vertices,), "int64"), labels=labels, help="Each vertex' class."),
            Field(name="train_mask", type=mask, help="Vertices to learn from."),
            Field(name="validation_mask", type=mask, help="Vertices to choose by."),
            Field(name="test_mask", type=mask, help="Vertices to measure on."),
        )
