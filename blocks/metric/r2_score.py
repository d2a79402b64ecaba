"""R2Score."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Metric, port
from app.core.tensor_type import TensorType
from blocks.metric._metric import NUMBER, MetricBlock, alike
from blocks.rules import at_least_rank, numeric


@dataclass(frozen=True, kw_only=True)
class R2Score(MetricBlock):
    """How much of the targets' variance is explained, over a whole split: 1 is perfect, 0 as good as their mean.

    y = 1 - Σ (target - prediction)² / Σ (target - mean)², averaged over the outputs
    Shapes: two of the same, with a batch → scalar.
    Source: as sklearn.metrics.r2_score.
    """

    source = "r2_score"
    inputs = (port("prediction", "What the model gives."), port("target", "What is right."))
    synonyms = ("coefficient of determination", "regression", "explained variance")

    def infer(self, prediction: TensorType, target: TensorType) -> TensorType:
        at_least_rank(prediction, 1, "a tensor with a batch", "prediction")
        numeric(prediction, "prediction")
        numeric(target, "target")
        alike(prediction, target)
        return NUMBER

    def call(self, prediction: TensorType, target: TensorType) -> Metric:
        return self.module({}, {})
