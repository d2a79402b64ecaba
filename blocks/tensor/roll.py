"""Roll."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, Expression, whole
from app.core.tensor_type import TensorType
from blocks.rules import dimension


@dataclass(frozen=True, kw_only=True)
class Roll(Block):
    """Moves everything along a dimension; what falls out at one end comes in at the other.

    Shapes: any, kept.
    Source: torch.roll.
    """

    synonyms = ("shift", "rotate", "circular")

    shifts: int = whole(1, label="By", help="How many positions; negative ones move to the front.")
    dim: int = whole(1, low=-8, high=7, label="Dimension", help="Along which it is moved.")

    def infer(self, input: TensorType) -> TensorType:
        dimension(self.dim, input.rank)
        return input

    def call(self, input: TensorType) -> Expression:
        return Expression("input.roll(shifts, dims=dim)", shifts=self.shifts, dim=self.dim)

    def detail(self) -> str:
        return f"by {self.shifts}"
