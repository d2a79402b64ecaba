"""CharbonnierLoss."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Expression, real
from app.core.tensor_type import TensorType
from blocks.loss._loss import Distance


@dataclass(frozen=True, kw_only=True)
class CharbonnierLoss(Distance):
    """An absolute error without a corner at zero: restoring and enlarging images.

    loss = mean of √((x - t)² + epsilon²)
    Shapes: two of the same → scalar, or their shape where the reduction is none.
    Source: Lai et al., Deep Laplacian pyramid networks, 2017.
    """

    synonyms = ("super resolution", "smooth l1", "pseudo huber", "image restoration")

    epsilon: float = real(1e-3, low=1e-12, label="Epsilon", help="Below about this error the loss is round.")

    def call(self, input: TensorType, target: TensorType) -> Expression:
        return self.applied("((input - target).square() + epsilon**2).sqrt()", brackets=False, epsilon=self.epsilon)
