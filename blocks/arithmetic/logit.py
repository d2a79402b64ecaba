"""Logit."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, Expression, real
from app.core.tensor_type import TensorType
from blocks.elementwise import REAL, as_floating, dtype_among


@dataclass(frozen=True, kw_only=True)
class Logit(Block):
    """Logarithm of the odds: what Sigmoid made a probability from.

    y = ln(x / (1 - x)), where x is held within [eps, 1 - eps] first, so that 0 and 1 stay finite.
    Shapes: any, kept. Whole numbers become float32.
    Source: torch.logit; for pixels: Dinh et al., Density estimation using Real NVP, 2016.
    """

    synonyms = ("inverse sigmoid", "log odds", "dequantisation", "reference points")

    eps: float | None = real(1e-6, low=0.0, high=0.5, label="Margin", help="How near to 0 and 1. Empty: no bound.")

    def infer(self, input: TensorType) -> TensorType:
        dtype_among(input, REAL | {"bool"})
        return input.with_dtype(as_floating(input.dtype))

    def call(self, input: TensorType) -> Expression:
        return Expression("input.logit()") if self.eps is None else Expression("input.logit(eps=eps)", eps=self.eps)
