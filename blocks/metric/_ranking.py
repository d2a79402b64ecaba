"""What scores of a ranking have in common: all scores of a split, and what is right."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Metric, port
from app.core.tensor_type import TensorType
from blocks.metric._metric import NUMBER, MetricBlock, alike, classified
from blocks.rules import at_least_rank, numeric, shaped


@dataclass(frozen=True, kw_only=True)
class RankingBlock(MetricBlock):
    """Base of metrics over the order of scores, whatever their scale."""

    inputs = (
        port("scores", "One for each yes-or-no answer, or logits of classes, B×C."),
        port("target", "0 and 1 in the shape of the scores, or the right classes, B."),
    )

    def infer(self, scores: TensorType, target: TensorType) -> TensorType:
        numeric(scores, "scores")
        at_least_rank(scores, 1, "B, or B×C", "scores")
        if scores.rank == target.rank:
            alike(scores, target)
        else:
            shaped(scores, "B×C", "scores")
            classified(scores, target, "second")
        return NUMBER

    def call(self, scores: TensorType, target: TensorType) -> Metric:
        return self.module({}, {})
