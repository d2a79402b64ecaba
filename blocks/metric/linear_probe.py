"""LinearProbe."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Metric, port, real, whole
from app.core.problems import ShapeError
from app.core.symbolic import differ
from app.core.tensor_type import TensorType
from blocks.metric._metric import NUMBER, MetricBlock
from blocks.rules import at_least_rank, floating, wrong_dtype


@dataclass(frozen=True, kw_only=True)
class LinearProbe(MetricBlock):
    """What a linear classifier can read off frozen features: its accuracy, fitted on few labels of a split.

    Features are standardised; a ridge regression to one-hot classes is fitted on the first examples of each class and
    scored on all others of the split.
    Shapes: features B×F, classes B → scalar.
    Source: Alain & Bengio, Understanding intermediate layers using linear classifier probes, 2016.
    """

    source = "linear_probe"
    inputs = (port("features", "What a frozen model gives for each example."), port("target", "The right class."))
    synonyms = ("linear evaluation", "self-supervised", "byol", "representation quality", "real or fake")

    per_class: int = whole(5, low=1, label="Labels a class", help="How many examples of each class it may learn from.")
    repeats: int = whole(1, low=1, label="Repeats", help="Fits on different labels that are averaged.")
    penalty: float = real(1.0, low=1e-6, label="Penalty", help="Weight of the squared coefficients in the fit.")

    def infer(self, features: TensorType, target: TensorType) -> TensorType:
        at_least_rank(features, 2, "B×F", "features")
        floating(features, "features")
        if target.dtype != "int64":
            raise wrong_dtype(target, "classes as whole numbers", "int64", "target")
        if target.rank != 1 or differ(target.shape[0], features.shape[0]):
            raise ShapeError(
                f"“target” must hold one class for each of the {features.shape[0]} examples; {target} came.",
                expected=str(TensorType(features.shape[:1], "int64")),
                came=str(target),
                part="target",
            )
        return NUMBER

    def call(self, features: TensorType, target: TensorType) -> Metric:
        arguments = {"per_class": self.per_class, "repeats": self.repeats, "penalty": self.penalty}
        return self.module(arguments, {"per_class": 5, "repeats": 1, "penalty": 1.0})

    def detail(self) -> str:
        return f"{self.per_class} a class"
