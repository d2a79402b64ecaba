"""SilhouetteScore."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Metric, port
from app.core.tensor_type import TensorType
from blocks.metric._groups import embedded
from blocks.metric._metric import NUMBER, MetricBlock


@dataclass(frozen=True, kw_only=True)
class SilhouetteScore(MetricBlock):
    """How much nearer embeddings lie to their own group than to the next one, over a whole split: -1 to 1.

    y = mean of (b - a) / max(a, b), where a is the mean distance to the own group, b that to the nearest other one
    Shapes: features B×F, groups B → scalar.
    Source: Rousseeuw, Silhouettes, 1987; as sklearn.metrics.silhouette_score.
    """

    source = "silhouette_score"
    inputs = (port("features", "Embeddings, B×F."), port("target", "The group or class of each."))
    synonyms = ("clustering", "embedding quality", "separation", "metric learning")

    def infer(self, features: TensorType, target: TensorType) -> TensorType:
        embedded(features, target)
        return NUMBER

    def call(self, features: TensorType, target: TensorType) -> Metric:
        return self.module({}, {})
