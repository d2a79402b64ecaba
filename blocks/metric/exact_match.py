"""ExactMatch."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Metric, port, whole
from app.core.problems import ShapeError
from app.core.symbolic import differ
from app.core.tensor_type import TensorType
from blocks.metric._metric import IGNORED_HELP, NUMBER, MetricBlock
from blocks.rules import at_least_rank


@dataclass(frozen=True, kw_only=True)
class ExactMatch(MetricBlock):
    """How many sequences are right from beginning to end, of all in a whole split.

    Shapes: tokens B×T or logits B×T×C, target B×T → scalar.
    Source: Rajpurkar et al., SQuAD, 2016.
    """

    source = "exact_match"
    inputs = (port("prediction", "Tokens, or logits with the classes last."), port("target", "The right tokens."))
    synonyms = ("sequence accuracy", "whole sequence", "em", "translation")

    ignore_index: int | None = whole(label="Ignored token", help=IGNORED_HELP)

    def infer(self, prediction: TensorType, target: TensorType) -> TensorType:
        at_least_rank(target, 1, "sequences: B×T", "target")
        kept = prediction.shape[: target.rank]
        if prediction.rank not in (target.rank, target.rank + 1) or any(map(differ, kept, target.shape)):
            raise ShapeError(
                f"“prediction” must be {target} as “target” is, or have a last dimension more, for the classes; "
                f"{prediction} came.",
                expected=f"{target} or {target}×C",
                came=str(prediction),
                part="prediction",
            )
        return NUMBER

    def call(self, prediction: TensorType, target: TensorType) -> Metric:
        return self.module({"ignore_index": self.ignore_index}, {"ignore_index": None})
