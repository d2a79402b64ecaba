"""BitsPerCharacter."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Metric, port, whole
from app.core.tensor_type import TensorType
from blocks.metric._metric import IGNORED_HELP, NUMBER, MetricBlock, classified
from blocks.rules import floating


@dataclass(frozen=True, kw_only=True)
class BitsPerCharacter(MetricBlock):
    """How many bits a language model needs for a character: cross-entropy to the base 2, of a whole split.

    y = Σ -log₂ softmax(logits)[target] / number of characters
    Shapes: logits B×T×C or B×C, target the same without C → scalar.
    Source: Shannon, Prediction and entropy of printed English, 1951.
    """

    source = "bits_per_character"
    inputs = (port("logits", "Scores of the characters, in the last dimension."), port("target", "The right ones."))
    synonyms = ("bpc", "cross entropy", "language model", "perplexity", "bits per token")

    ignore_index: int | None = whole(label="Ignored token", help=IGNORED_HELP)

    def infer(self, logits: TensorType, target: TensorType) -> TensorType:
        classified(logits, target, "last")
        floating(logits, "logits")
        return NUMBER

    def call(self, logits: TensorType, target: TensorType) -> Metric:
        ignored = -100 if self.ignore_index is None else self.ignore_index
        return self.module({"ignore_index": ignored}, {"ignore_index": -100})
