"""BitError."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Metric, port, real
from app.core.problems import ShapeError
from app.core.symbolic import differ
from app.core.tensor_type import TensorType
from blocks.metric._metric import NUMBER, MetricBlock, alike
from blocks.rules import numeric


@dataclass(frozen=True, kw_only=True)
class BitError(MetricBlock):
    """How many bits are wrong, of all in a whole split.

    A prediction above the threshold stands for 1, a target other than 0 too.
    Shapes: two of the same, and a mask of that shape or with fewer last dimensions → scalar.
    Source: the copy task of Graves et al., Neural Turing machines, 2014.
    """

    source = "bit_error"
    inputs = (
        port("prediction", "Logits or probabilities of the bits."),
        port("target", "The right bits."),
        port("mask", "Not 0 where bits count.", optional=True),
    )
    synonyms = ("bits", "copy task", "binary accuracy", "hamming")

    threshold: float = real(0.0, label="Threshold", help="0 for logits, 0.5 for probabilities.")

    def infer(self, prediction: TensorType, target: TensorType, mask: TensorType | None = None) -> TensorType:
        numeric(prediction, "prediction")
        alike(prediction, target)
        if mask is not None and (mask.rank > target.rank or any(map(differ, mask.shape, target.shape))):
            raise ShapeError(
                f"“mask” must have the first sizes of “target”, {target}; {mask} came.",
                expected=str(target),
                came=str(mask),
                part="mask",
            )
        return NUMBER

    def call(self, prediction: TensorType, target: TensorType, mask: TensorType | None = None) -> Metric:
        return self.module({"threshold": self.threshold}, {"threshold": 0.0})

    def detail(self) -> str:
        return f"> {self.threshold:g}"
