"""MeanMetric."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Metric, port
from app.core.problems import ShapeError
from app.core.tensor_type import TensorType
from blocks.metric._metric import NUMBER, MetricBlock
from blocks.rules import at_least_rank, numeric


@dataclass(frozen=True, kw_only=True)
class MeanMetric(MetricBlock):
    """Mean of a loss or any other value over a whole split, each example counted once.

    A value for each example is averaged as it is; a single number, the mean of its batch, counts as often as the
    batch has examples.
    Shapes: any value, or a scalar and the batch that it is the mean of → scalar.
    Source: as torchmetrics.MeanMetric with weights.
    """

    source = "mean_metric"
    inputs = (
        port("value", "A value for each example, or the mean of the batch."),
        port("like", "A tensor whose first size is the batch, where the value is one number.", optional=True),
    )
    synonyms = ("average", "loss", "value")

    def infer(self, value: TensorType, like: TensorType | None = None) -> TensorType:
        numeric(value, "value")
        if like is not None:
            at_least_rank(like, 1, "a tensor with a batch", "like")
        elif not value.rank:
            raise ShapeError(
                "A single number must say how many examples it is the mean of, or a short last batch would count too "
                "much. Wire the batch into “like”.",
                expected="a batch",
                came="nothing",
                part="like",
            )
        return NUMBER

    def call(self, value: TensorType, like: TensorType | None = None) -> Metric:
        return self.module({}, {})
