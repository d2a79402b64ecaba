"""MeanCosineSimilarity."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Metric, port
from app.core.tensor_type import TensorType
from blocks.metric._metric import NUMBER, MetricBlock, alike
from blocks.rules import at_least_rank, floating


@dataclass(frozen=True, kw_only=True)
class MeanCosineSimilarity(MetricBlock):
    """How well predicted vectors point where they should, on average over a whole split: 1 is the same direction.

    y = mean of cos(prediction, target) over all vectors
    Shapes: twice B×F, or any with the features last → scalar.
    Source: torch.nn.functional.cosine_similarity.
    """

    source = "mean_cosine_similarity"
    inputs = (port("prediction", "Vectors."), port("target", "Vectors that they should be like."))
    synonyms = ("direction", "embedding", "alignment", "normals")

    def infer(self, prediction: TensorType, target: TensorType) -> TensorType:
        at_least_rank(prediction, 1, "vectors: B×F", "prediction")
        floating(prediction, "prediction")
        floating(target, "target")
        alike(prediction, target)
        return NUMBER

    def call(self, prediction: TensorType, target: TensorType) -> Metric:
        return self.module({}, {})
