"""BCELoss."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Expression, port
from app.core.tensor_type import TensorType
from blocks.loss._loss import Loss, same_shape, weighs
from blocks.rules import floating, same_dtype


@dataclass(frozen=True, kw_only=True)
class BCELoss(Loss):
    """Binary cross-entropy of yes-or-no answers, from probabilities; the form with logits is steadier.

    loss = mean of -w · (t · log p + (1 - t) · log(1 - p)), where w = 1 without weights
    Shapes: two of the same → scalar, or their shape where the reduction is none.
    Source: torch.nn.functional.binary_cross_entropy.
    """

    inputs = (
        port("probabilities", "From 0 to 1, as a sigmoid gives them."),
        port("target", "The right answers from 0 to 1, of the same shape."),
        port("weight", "How much each answer counts; of the target's shape, or one that broadcasts.", optional=True),
    )
    synonyms = ("binary cross entropy", "reconstruction", "real or fake")

    def infer(self, probabilities: TensorType, target: TensorType, weight: TensorType | None = None) -> TensorType:
        floating(probabilities, "probabilities")
        same_dtype(target, probabilities, "target", "probabilities")
        shape = same_shape(probabilities, target, "target")
        if weight is not None:
            weighs(target, weight, probabilities.dtype)
        return self.reduced(probabilities.with_shape(*shape))

    def call(self, probabilities: TensorType, target: TensorType, weight: TensorType | None = None) -> Expression:
        more = "" if weight is None else ", weight=weight"
        return self.functional(f"F.binary_cross_entropy(probabilities, target{more}")
