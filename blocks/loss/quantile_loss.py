"""QuantileLoss."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Expression, real
from app.core.tensor_type import TensorType
from blocks.loss._loss import Distance


@dataclass(frozen=True, kw_only=True)
class QuantileLoss(Distance):
    """Teaches a quantile in place of the mean: 0.5 the median, 0.9 what is exceeded in one case of ten.

    loss = mean of max(q · (t - x), (q - 1) · (t - x))
    Shapes: two of the same → scalar, or their shape where the reduction is none.
    Source: Koenker & Bassett, Regression quantiles, 1978.
    """

    synonyms = ("pinball", "median regression", "prediction interval", "uncertainty", "forecast")

    quantile: float = real(0.5, low=0.0, high=1.0, label="Quantile", help="Share of targets that should lie below.")

    def call(self, input: TensorType, target: TensorType) -> Expression:
        over = "quantile * F.relu(target - input) + (1 - quantile) * F.relu(input - target)"
        return self.applied(over, brackets=True, quantile=self.quantile)
