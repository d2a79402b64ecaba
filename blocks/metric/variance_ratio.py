"""VarianceRatio."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Metric, port
from app.core.tensor_type import TensorType
from blocks.metric._metric import NUMBER, MetricBlock
from blocks.rules import at_least_rank, numeric, same_size


@dataclass(frozen=True, kw_only=True)
class VarianceRatio(MetricBlock):
    """How much one description of examples varies beside another, over a whole split: what a projection explains.

    y = Σ variance of each number of a / Σ variance of each number of b; 1 where a projection loses nothing. Beside
    another projection it says how many times as much is explained.
    Shapes: B×... and B×..., sizes may differ → scalar.
    Source: as the sum of sklearn.decomposition.TruncatedSVD's explained_variance_ratio_, of a projection and its input.
    """

    source = "variance_ratio"
    inputs = (port("a", "What is left, such as a projection."), port("b", "What it is compared with."))
    synonyms = ("explained variance", "pca", "svd", "projection", "spread")

    def infer(self, a: TensorType, b: TensorType) -> TensorType:
        for name, came in (("a", a), ("b", b)):
            at_least_rank(came, 1, "a tensor with a batch", name)
            numeric(came, name)
        same_size(b.shape[0], a.shape[0], "batch", "b", "a")
        return NUMBER

    def call(self, a: TensorType, b: TensorType) -> Metric:
        return self.module({}, {})
