"""MarginLoss."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.core.block import Expression, port, real
from app.core.tensor_type import TensorType
from blocks.loss._loss import Loss, classes_of
from blocks.rules import floating, shaped


@dataclass(frozen=True, kw_only=True)
class MarginLoss(Loss):
    """Wants the right class's capsule long and all others short: the loss of capsule networks.

    loss = mean over the batch of Σ over classes of t · max(0, present - v)² + weight · (1 - t) · max(0, v - absent)²
    Shapes: lengths B×C, target B → scalar, or B where the reduction is none.
    Source: Sabour et al., Dynamic routing between capsules, 2017, equation 4.
    """

    inputs = (
        port("lengths", "Length of each class's capsule, from 0 to 1."),
        port("target", "The right class of each, as whole numbers."),
    )
    synonyms = ("capsule", "capsnet", "capsule network", "classification")

    present: float = real(0.9, label="Long enough", help="A right capsule of this length costs nothing.")
    absent: float = real(0.1, label="Short enough", help="A wrong capsule of this length costs nothing.")
    weight: float = real(0.5, low=0.0, label="Weight of the absent", help="Keeps all from becoming short at first.")

    def infer(self, lengths: TensorType, target: TensorType) -> TensorType:
        shaped(lengths, "B×C", "lengths")
        floating(lengths, "lengths")
        classes_of(lengths, target, "lengths")
        return self.reduced(lengths.with_shape(*target.shape))

    def call(self, lengths: TensorType, target: TensorType) -> Expression:
        text = "margin_loss(lengths, target, present, absent, weight)"
        values: dict[str, Any] = {"present": self.present, "absent": self.absent, "weight": self.weight}
        return self.applied(text, source="margin_loss", **values)
