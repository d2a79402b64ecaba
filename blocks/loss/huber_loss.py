"""HuberLoss."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Expression, real
from app.core.tensor_type import TensorType
from blocks.loss._loss import Distance


@dataclass(frozen=True, kw_only=True)
class HuberLoss(Distance):
    """Squared error near zero and a straight line far from it: regression with outliers, deep Q-learning.

    loss = mean of ½ · (x - t)² where |x - t| < delta, else delta · (|x - t| - ½ · delta)
    Shapes: two of the same → scalar, or their shape where the reduction is none.
    Source: Huber, Robust estimation of a location parameter, 1964; as torch.nn.functional.huber_loss.
    """

    mixes = False
    synonyms = ("robust", "smooth l1", "td error", "outliers")

    delta: float = real(1.0, low=1e-6, label="Delta", help="From which error on the loss is a straight line.")

    def call(self, input: TensorType, target: TensorType) -> Expression:
        return self.functional("F.huber_loss(input, target", **self.beyond(delta=1.0))
