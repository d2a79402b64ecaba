"""NormalizedMutualInfo."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Metric, port
from app.core.tensor_type import TensorType
from blocks.metric._groups import grouped, one_each
from blocks.metric._metric import NUMBER, MetricBlock


@dataclass(frozen=True, kw_only=True)
class NormalizedMutualInfo(MetricBlock):
    """How much found clusters tell of the true classes, over a whole split, whatever the clusters are called: 0 to 1.

    y = I(cluster; class) / ((H(cluster) + H(class)) / 2)
    Shapes: clusters B, classes B → scalar.
    Source: Strehl & Ghosh, Cluster ensembles, 2002; as sklearn.metrics.normalized_mutual_info_score.
    """

    source = "normalized_mutual_info"
    inputs = (port("prediction", "The cluster of each, as whole numbers."), port("target", "The true class of each."))
    synonyms = ("nmi", "clustering", "unsupervised", "k-means", "discrete latent")

    def infer(self, prediction: TensorType, target: TensorType) -> TensorType:
        grouped(prediction, "prediction")
        grouped(target, "target")
        one_each(prediction, target, "prediction")
        return NUMBER

    def call(self, prediction: TensorType, target: TensorType) -> Metric:
        return self.module({}, {})
