"""SoftMarginLoss."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import port
from blocks.loss._loss import Distance


@dataclass(frozen=True, kw_only=True)
class SoftMarginLoss(Distance):
    """Logistic loss of scores whose right side is given as -1 or 1.

    loss = mean of log(1 + e^(-target · x))
    Shapes: two of the same → scalar, or their shape where the reduction is none.
    Source: torch.nn.functional.soft_margin_loss.
    """

    function = "F.soft_margin_loss"
    mixes = False
    inputs = (port("input", "Scores."), port("target", "-1 or 1 for each, of the same shape."))
    synonyms = ("logistic loss", "two classes", "binary classification")
