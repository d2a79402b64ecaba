"""BCEWithLogitsLoss."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Expression, port
from app.core.tensor_type import TensorType
from blocks.elementwise import promoted
from blocks.loss._loss import Loss, same_shape
from blocks.rules import floating


@dataclass(frozen=True, kw_only=True)
class BCEWithLogitsLoss(Loss):
    """Binary cross-entropy of yes-or-no answers, from scores before the sigmoid: GANs, bits, multi-label.

    loss = mean of -(t · log σ(x) + (1 - t) · log(1 - σ(x)))
    Shapes: two of the same → scalar, or their shape where the reduction is none.
    Source: torch.nn.functional.binary_cross_entropy_with_logits.
    """

    inputs = (
        port("logits", "Scores, before any sigmoid."),
        port("target", "The right answers from 0 to 1, of the same shape."),
    )
    synonyms = ("binary cross entropy", "sigmoid loss", "real or fake", "multi-label")

    def infer(self, logits: TensorType, target: TensorType) -> TensorType:
        floating(logits, "logits")
        floating(target, "target")
        return self.reduced(TensorType(same_shape(logits, target, "target"), promoted(logits, target)))

    def call(self, logits: TensorType, target: TensorType) -> Expression:
        return self.functional("F.binary_cross_entropy_with_logits(logits, target")
