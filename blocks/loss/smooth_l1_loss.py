"""SmoothL1Loss."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Expression, real
from app.core.tensor_type import TensorType
from blocks.loss._loss import Distance


@dataclass(frozen=True, kw_only=True)
class SmoothL1Loss(Distance):
    """Squared error near zero and absolute error far from it, so that outliers do not rule.

    loss = mean of (x - t)² / (2·beta) where |x - t| < beta, else |x - t| - beta / 2
    Shapes: two of the same → scalar, or their shape where the reduction is none.
    Source: Girshick, Fast R-CNN, 2015; as torch.nn.functional.smooth_l1_loss.
    """

    synonyms = ("huber", "robust", "box regression")

    beta: float = real(1.0, low=0.0, label="Beta", help="From where on the error counts linearly.")

    def call(self, input: TensorType, target: TensorType) -> Expression:
        values = {} if self.beta == 1.0 else {"beta": self.beta}
        return self.functional("F.smooth_l1_loss(input, target", **values)
