"""HingeLoss."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Expression, port, real
from app.core.tensor_type import TensorType
from blocks.elementwise import promoted
from blocks.loss._loss import Loss, same_shape
from blocks.rules import floating


@dataclass(frozen=True, kw_only=True)
class HingeLoss(Loss):
    """Penalty of scores that are not clearly on their side: support vector machines, and the GANs that use it.

    loss = mean of max(0, margin - target · x), where the target is -1 or 1
    Shapes: two of the same → scalar, or their shape where the reduction is none.
    Source: Cortes & Vapnik, Support-vector networks, 1995.
    """

    inputs = (port("input", "Scores."), port("target", "-1 or 1 for each, of the same shape."))
    synonyms = ("svm", "margin", "max margin", "gan hinge")

    margin: float = real(1.0, low=0.0, label="Margin", help="How far on its side a score must be to cost nothing.")

    def infer(self, input: TensorType, target: TensorType) -> TensorType:
        floating(input)
        floating(target, "target")
        return self.reduced(TensorType(same_shape(input, target, "target"), promoted(input, target)))

    def call(self, input: TensorType, target: TensorType) -> Expression:
        return self.applied("F.relu(margin - target * input)", margin=self.margin)
