"""RepeatInterleave."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, Expression, whole
from app.core.tensor_type import TensorType
from blocks.rules import dimension


@dataclass(frozen=True, kw_only=True)
class RepeatInterleave(Block):
    """Every element of a dimension several times in a row: a a b b.

    Shapes: B×T → B×2·T for 2 times along dim 1.
    Source: torch.repeat_interleave.
    """

    synonyms = ("upsample", "duplicate", "grouped query attention")

    repeats: int = whole(2, low=1, label="Times", help="How often each element comes.")
    dim: int = whole(1, low=-8, high=7, label="Dimension", help="Along which they are repeated.")

    def infer(self, input: TensorType) -> TensorType:
        dim = dimension(self.dim, input.rank)
        return input.with_shape(*input.shape[:dim], input.shape[dim] * self.repeats, *input.shape[dim + 1 :])

    def call(self, input: TensorType) -> Expression:
        return Expression("input.repeat_interleave(repeats, dim=dim)", repeats=self.repeats, dim=self.dim)

    def detail(self) -> str:
        return f"{self.repeats} times"
