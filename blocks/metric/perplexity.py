"""Perplexity."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Metric, port, whole
from app.core.tensor_type import TensorType
from blocks.metric._metric import IGNORED_HELP, NUMBER, MetricBlock, classified
from blocks.rules import floating


@dataclass(frozen=True, kw_only=True)
class Perplexity(MetricBlock):
    """Among how many equally likely tokens a language model seems to choose, over a whole split.

    y = e^(Σ -log softmax(logits)[target] / number of tokens)
    Shapes: logits B×T×C or B×C, target the same without C → scalar.
    Source: Jelinek et al., Perplexity, a measure of the difficulty of speech recognition tasks, 1977.
    """

    source = "perplexity"
    inputs = (port("logits", "Scores of the tokens, in the last dimension."), port("target", "The right ones."))
    synonyms = ("language model", "ppl", "cross entropy", "bits per token")

    ignore_index: int | None = whole(label="Ignored token", help=IGNORED_HELP)

    def infer(self, logits: TensorType, target: TensorType) -> TensorType:
        classified(logits, target, "last")
        floating(logits, "logits")
        return NUMBER

    def call(self, logits: TensorType, target: TensorType) -> Metric:
        ignored = -100 if self.ignore_index is None else self.ignore_index
        return self.module({"ignore_index": ignored}, {"ignore_index": -100})
