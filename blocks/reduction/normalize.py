"""Normalize."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, Expression, real, whole
from app.core.tensor_type import TensorType
from blocks.elementwise import INEXACT, dtype_among
from blocks.rules import dimension


@dataclass(frozen=True, kw_only=True)
class Normalize(Block):
    """Vectors of length 1, in the same direction.

    y = x / max(‖x‖, 10⁻¹²)
    Shapes: any, kept.
    Source: torch.nn.functional.normalize.
    """

    synonyms = ("l2 normalise", "unit length", "normalise", "sphere")

    p: float = real(2.0, low=1e-3, label="Order", help="Of the norm: 1 makes absolute values add up to 1.")
    dim: int = whole(-1, low=-8, high=7, label="Dimension", help="That of the vectors.")

    def infer(self, input: TensorType) -> TensorType:
        dtype_among(input, INEXACT)
        dimension(self.dim, input.rank)
        return input

    def call(self, input: TensorType) -> Expression:
        if self.p == 2:
            return Expression("F.normalize(input, dim=dim)", dim=self.dim)
        return Expression("F.normalize(input, p=p, dim=dim)", p=self.p, dim=self.dim)
