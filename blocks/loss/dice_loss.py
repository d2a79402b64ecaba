"""DiceLoss."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Expression, port, real
from app.core.tensor_type import TensorType
from blocks.elementwise import promoted
from blocks.loss._loss import Loss, same_shape
from blocks.rules import at_least_rank, floating


@dataclass(frozen=True, kw_only=True)
class DiceLoss(Loss):
    """One minus how well predicted regions overlap the true ones: segmentation where a class is small.

    loss = mean over examples and classes of 1 - (2 · Σ p · t + s) / (Σ p + Σ t + s), sums over all positions
    Shapes: twice B×C×H×W, or B×C×any positions → scalar, or B×C where the reduction is none.
    Source: Milletari et al., V-Net, 2016, without squares below.
    """

    inputs = (
        port("probabilities", "Of each class at each position: after a sigmoid or softmax."),
        port("target", "1 where the class is, else 0; of the same shape."),
    )
    synonyms = ("overlap", "segmentation", "f1", "sørensen", "sorensen", "medical", "class imbalance")

    smoothing: float = real(
        1.0, low=0.0, label="Smoothing", help="Added above and below, for classes that are nowhere."
    )

    def infer(self, probabilities: TensorType, target: TensorType) -> TensorType:
        at_least_rank(probabilities, 3, "B×C and positions", "probabilities")
        floating(probabilities, "probabilities")
        floating(target, "target")
        shape = same_shape(probabilities, target, "target")
        return self.reduced(TensorType(shape[:2], promoted(probabilities, target)))

    def call(self, probabilities: TensorType, target: TensorType) -> Expression:
        text = "dice_loss(probabilities, target, smoothing)"
        return self.applied(text, source="dice_loss", smoothing=self.smoothing)
