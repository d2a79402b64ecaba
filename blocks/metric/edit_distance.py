"""EditDistance."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Metric, flag, port, whole
from app.core.tensor_type import TensorType
from blocks.metric._metric import NUMBER, MetricBlock
from blocks.metric._texts import texts


@dataclass(frozen=True, kw_only=True)
class EditDistance(MetricBlock):
    """How many insertions, deletions and replacements lead from predicted texts to the right ones, over a whole split.

    y = Σ distances / Σ lengths of the targets: the error rate of characters, or of words where tokens are words
    Shapes: tokens B×S or logits B×S×C, target B×T → scalar.
    Source: Levenshtein, Binary codes capable of correcting deletions, insertions, and reversals, 1966.
    """

    source = "edit_distance"
    inputs = (port("prediction", "Tokens, or logits with the classes last."), port("target", "The right tokens."))
    synonyms = ("levenshtein", "cer", "wer", "character error rate", "word error rate", "speech recognition", "ctc")

    padding: int = whole(0, label="Padding token", help="A text ends before the first of these; also an end token.")
    rate: bool = flag(True, label="As a rate", help="Per token of the target; off: the mean distance of a text.")
    blank: int | None = whole(
        label="Blank", help="For CTC: repeated predictions count once, and those of this class not at all."
    )

    def infer(self, prediction: TensorType, target: TensorType) -> TensorType:
        texts(prediction, target)
        return NUMBER

    def call(self, prediction: TensorType, target: TensorType) -> Metric:
        arguments = {"padding": self.padding, "rate": self.rate, "blank": self.blank}
        return self.module(arguments, {"padding": 0, "rate": True, "blank": None})

    def detail(self) -> str:
        return "" if self.blank is None else "CTC"
