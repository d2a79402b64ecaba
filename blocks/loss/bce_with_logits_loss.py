"""BCEWithLogitsLoss."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Expression, port, real
from app.core.tensor_type import TensorType
from blocks.elementwise import promoted
from blocks.loss._loss import Loss, same_shape, weighs
from blocks.rules import floating


@dataclass(frozen=True, kw_only=True)
class BCEWithLogitsLoss(Loss):
    """Binary cross-entropy of yes-or-no answers, from scores before the sigmoid: GANs, bits, multi-label.

    loss = mean of -w · (p · t · log σ(x) + (1 - t) · log(1 - σ(x))), where w = 1 without weights
    Shapes: two of the same → scalar, or their shape where the reduction is none.
    Source: torch.nn.functional.binary_cross_entropy_with_logits.
    """

    inputs = (
        port("logits", "Scores, before any sigmoid."),
        port("target", "The right answers from 0 to 1, of the same shape."),
        port("weight", "How much each answer counts; of the target's shape, or one that broadcasts.", optional=True),
    )
    synonyms = ("binary cross entropy", "sigmoid loss", "real or fake", "multi-label")

    pos_weight: float = real(
        1.0, low=0.0, label="Weight of yes", help="p: how much more a yes counts than a no; above 1 where yes is rare."
    )

    def infer(self, logits: TensorType, target: TensorType, weight: TensorType | None = None) -> TensorType:
        floating(logits, "logits")
        floating(target, "target")
        result = TensorType(same_shape(logits, target, "target"), promoted(logits, target))
        if weight is not None:
            weighs(target, weight, result.dtype)
        return self.reduced(result)

    def call(self, logits: TensorType, target: TensorType, weight: TensorType | None = None) -> Expression:
        more = "" if weight is None else ", weight=weight"
        held = self.beyond(pos_weight=1.0)
        if held:
            more += ", pos_weight=logits.new_tensor(pos_weight)"
        return self.functional(f"F.binary_cross_entropy_with_logits(logits, target{more}", held)
