"""BLEU."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Metric, flag, port, whole
from app.core.tensor_type import TensorType
from blocks.metric._metric import NUMBER, MetricBlock
from blocks.metric._texts import texts


@dataclass(frozen=True, kw_only=True)
class BLEU(MetricBlock):
    """How many runs of one to four words a translation shares with the right one, over a whole split: 0 to 1.

    y = min(1, e^(1 - right length / given length)) · geometric mean over n of the share of n-grams that are right
    Shapes: tokens B×S or logits B×S×C, target B×T → scalar.
    Source: Papineni et al., BLEU: a method for automatic evaluation of machine translation, 2002, with one reference;
    smoothing: Lin & Och, Automatic evaluation of machine translation quality, 2004.
    """

    source = "bleu"
    inputs = (port("prediction", "Tokens, or logits with the classes last."), port("target", "The right tokens."))
    synonyms = ("translation", "captioning", "n-gram", "text generation", "summary")

    padding: int = whole(0, label="Padding token", help="A text ends before the first of these; also an end token.")
    longest: int = whole(4, low=1, high=20, label="Longest run", help="How many tokens the longest n-grams have.")
    smooth: bool = flag(False, label="Smooth", help="Adds one to the counts of n-grams above one, for short texts.")

    def infer(self, prediction: TensorType, target: TensorType) -> TensorType:
        texts(prediction, target)
        return NUMBER

    def call(self, prediction: TensorType, target: TensorType) -> Metric:
        arguments = {"padding": self.padding, "longest": self.longest, "smooth": self.smooth}
        return self.module(arguments, {"padding": 0, "longest": 4, "smooth": False})

    def detail(self) -> str:
        return f"1 to {self.longest}"
