"""LogCoshLoss."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Expression
from app.core.tensor_type import TensorType
from blocks.loss._loss import Distance


@dataclass(frozen=True, kw_only=True)
class LogCoshLoss(Distance):
    """Like the squared error near zero and like the absolute error far from it, and smooth everywhere.

    loss = mean of log cosh(x - t), written as |d| + log(1 + e^(-2|d|)) - log 2, which does not overflow
    Shapes: two of the same → scalar, or their shape where the reduction is none.
    Source: Green, Iteratively reweighted least squares for maximum likelihood estimation, 1984.
    """

    synonyms = ("log cosh", "hyperbolic cosine", "robust", "regression")

    def call(self, input: TensorType, target: TensorType) -> Expression:
        return self.applied("log_cosh(input - target)", source="log_cosh")
