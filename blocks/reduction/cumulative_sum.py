"""CumulativeSum."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, Expression, whole
from app.core.tensor_type import TensorType
from blocks.elementwise import kind
from blocks.rules import dimension


@dataclass(frozen=True, kw_only=True)
class CumulativeSum(Block):
    """Sum of everything up to each position of a dimension.

    y[i] = x[0] + ... + x[i]
    Shapes: any, kept. Whole numbers become int64.
    Source: torch.cumsum.
    """

    synonyms = ("cumsum", "running sum", "returns")

    dim: int = whole(1, low=-8, high=7, label="Dimension", help="Along which it is summed.")

    def infer(self, input: TensorType) -> TensorType:
        dimension(self.dim, input.rank)
        return input.with_dtype("int64") if kind(input.dtype) < 2 else input

    def call(self, input: TensorType) -> Expression:
        return Expression("input.cumsum(dim=dim)", dim=self.dim)

    def detail(self) -> str:
        return f"dim {self.dim}"
