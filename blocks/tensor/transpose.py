"""Transpose."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, Expression, whole
from app.core.tensor_type import TensorType
from blocks.rules import dimension


@dataclass(frozen=True, kw_only=True)
class Transpose(Block):
    """Swaps two dimensions: rows and columns, or batch and time.

    Shapes: B×T×F → B×F×T for dimensions 1 and 2.
    Source: torch.transpose.
    """

    synonyms = ("swap", "turn", "time major", "batch first", "channels first", "swapaxes", "swapdims")

    dim0: int = whole(1, low=-8, high=7, label="First dimension", help="Swapped with the second.")
    dim1: int = whole(2, low=-8, high=7, label="Second dimension", help="Swapped with the first.")

    def infer(self, input: TensorType) -> TensorType:
        one, other = (dimension(getattr(self, name), input.rank, name) for name in ("dim0", "dim1"))
        shape = list(input.shape)
        shape[one], shape[other] = shape[other], shape[one]
        return input.with_shape(*shape)

    def call(self, input: TensorType) -> Expression:
        return Expression("input.transpose(dim0, dim1)", dim0=self.dim0, dim1=self.dim1)

    def detail(self) -> str:
        return f"{self.dim0} ↔ {self.dim1}"
