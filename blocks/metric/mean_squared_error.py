"""MeanSquaredError."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Metric, flag, port
from app.core.tensor_type import TensorType
from blocks.metric._metric import NUMBER, MetricBlock, alike
from blocks.rules import numeric


@dataclass(frozen=True, kw_only=True)
class MeanSquaredError(MetricBlock):
    """Mean of the squared errors of a whole split, or its root.

    Shapes: two of the same → scalar.
    Source: every element counts once, whatever batch it came in.
    """

    source = "mean_squared_error"
    inputs = (port("prediction", "What the model gives."), port("target", "What is right."))
    synonyms = ("mse", "rmse", "regression", "reconstruction error")

    root: bool = flag(False, label="Root", help="The square root of the mean, in the target's own unit.")

    def infer(self, prediction: TensorType, target: TensorType) -> TensorType:
        numeric(prediction, "prediction")
        numeric(target, "target")
        alike(prediction, target)
        return NUMBER

    def call(self, prediction: TensorType, target: TensorType) -> Metric:
        return self.module({"root": self.root}, {"root": False})

    def detail(self) -> str:
        return "root" if self.root else ""
