"""L1Loss."""

from __future__ import annotations

from dataclasses import dataclass

from blocks.loss._loss import Distance


@dataclass(frozen=True, kw_only=True)
class L1Loss(Distance):
    """Mean absolute error between a prediction and a target.

    loss = mean of |x - t|
    Shapes: two of the same → scalar, or their shape where the reduction is none.
    Source: torch.nn.functional.l1_loss.
    """

    function = "F.l1_loss"
    synonyms = ("mean absolute error", "mae", "regression")
