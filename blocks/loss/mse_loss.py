"""MSELoss."""

from __future__ import annotations

from dataclasses import dataclass

from blocks.loss._loss import Distance


@dataclass(frozen=True, kw_only=True)
class MSELoss(Distance):
    """Mean squared error between a prediction and a target.

    loss = mean of (x - t)²
    Shapes: two of the same → scalar, or their shape where the reduction is none.
    Source: torch.nn.functional.mse_loss.
    """

    function = "F.mse_loss"
    synonyms = ("mean squared error", "l2 loss", "regression", "reconstruction")
