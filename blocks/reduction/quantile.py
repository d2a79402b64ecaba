"""Quantile."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Expression, real
from app.core.tensor_type import TensorType
from blocks.reduction._along import OverOne


@dataclass(frozen=True, kw_only=True)
class Quantile(OverOne):
    """Value below which a given share of a dimension lies, interpolated between neighbours.

    Shapes: B×F → B for dimension 1.
    Source: torch.quantile; it clips in Imagen's dynamic thresholding: Saharia et al., 2022.
    """

    takes = frozenset({"float32", "float64"})
    synonyms = ("percentile", "dynamic threshold", "share")

    q: float = real(0.5, low=0.0, high=1.0, label="Share", help="Which part lies below: 0.5 is the median.")

    def call(self, input: TensorType) -> Expression:
        return Expression(f"input.quantile(q, {self.where})", q=self.q, dim=self.dim)

    def detail(self) -> str:
        return f"{self.q:g}"
