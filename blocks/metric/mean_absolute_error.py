"""MeanAbsoluteError."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Metric, flag, port
from app.core.tensor_type import TensorType
from blocks.metric._metric import NUMBER, MetricBlock, alike
from blocks.rules import numeric


@dataclass(frozen=True, kw_only=True)
class MeanAbsoluteError(MetricBlock):
    """Mean of the errors' sizes over a whole split, or of their share of the targets.

    y = mean of |target - prediction|; relative: each divided by |target|, where that is not 0
    Shapes: two of the same → scalar.
    Source: as sklearn.metrics.mean_absolute_error and mean_absolute_percentage_error.
    """

    source = "mean_absolute_error"
    inputs = (port("prediction", "What the model gives."), port("target", "What is right."))
    synonyms = ("mae", "l1", "mape", "percentage error", "regression", "forecast")

    relative: bool = flag(False, label="Relative", help="Errors as shares of their targets.")

    def infer(self, prediction: TensorType, target: TensorType) -> TensorType:
        numeric(prediction, "prediction")
        numeric(target, "target")
        alike(prediction, target)
        return NUMBER

    def call(self, prediction: TensorType, target: TensorType) -> Metric:
        return self.module({"relative": self.relative}, {"relative": False})

    def detail(self) -> str:
        return "relative" if self.relative else ""
