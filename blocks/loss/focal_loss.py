"""FocalLoss."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Expression, port, real
from app.core.tensor_type import TensorType
from blocks.elementwise import promoted
from blocks.loss._loss import Loss, same_shape
from blocks.rules import floating


@dataclass(frozen=True, kw_only=True)
class FocalLoss(Loss):
    """Binary cross-entropy that counts easy answers less: detectors with far more background than objects.

    loss = mean of -a · (1 - p)^gamma · log p, where p is what the right answer is given; a = alpha where it is yes,
    else 1 - alpha
    Shapes: two of the same → scalar, or their shape where the reduction is none.
    Source: Lin et al., Focal loss for dense object detection, 2017.
    """

    inputs = (
        port("logits", "Scores, before any sigmoid."),
        port("target", "1 for yes and 0 for no, of the same shape; classes one-hot."),
    )
    synonyms = ("retinanet", "class imbalance", "hard examples", "detection", "binary cross entropy")

    gamma: float = real(2.0, low=0.0, label="Gamma", help="How much less easy answers count; 0: not at all less.")
    alpha: float = real(0.25, low=0.0, high=1.0, label="Alpha", help="Weight of yes; that of no is what is left to 1.")

    def infer(self, logits: TensorType, target: TensorType) -> TensorType:
        floating(logits, "logits")
        floating(target, "target")
        return self.reduced(TensorType(same_shape(logits, target, "target"), promoted(logits, target)))

    def call(self, logits: TensorType, target: TensorType) -> Expression:
        text = "focal_loss(logits, target, gamma, alpha)"
        return self.applied(text, source="focal_loss", gamma=self.gamma, alpha=self.alpha)
