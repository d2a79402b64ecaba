"""Narrow."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, Expression, whole
from app.core.problems import SetArgument, ShapeError
from app.core.symbolic import smaller
from app.core.tensor_type import TensorType
from blocks.rules import dimension


@dataclass(frozen=True, kw_only=True)
class Narrow(Block):
    """A stretch of one dimension of a given length.

    Shapes: B×F → B×length for dim 1.
    Source: torch.narrow.
    """

    synonyms = ("slice", "crop", "part")

    dim: int = whole(1, low=-8, high=7, label="Dimension", help="Which one is cut; -1 is the last.")
    start: int = whole(0, low=0, label="From", help="First position that is kept.")
    length: int = whole(1, low=1, label="Length", help="How many positions are kept.")

    def infer(self, input: TensorType) -> TensorType:
        dim = dimension(self.dim, input.rank)
        size = input.shape[dim]
        if smaller(size, self.start + self.length):
            raise ShapeError(
                f"Dimension {self.dim} has {size} positions; {self.length} from position {self.start} on are more.",
                expected=f"at least {self.start + self.length}",
                came=str(size),
                part="length",
                fixes=(SetArgument("start", 0, "Start at 0"),),
            )
        return input.with_shape(*input.shape[:dim], self.length, *input.shape[dim + 1 :])

    def call(self, input: TensorType) -> Expression:
        return Expression("input.narrow(dim, start, length)", dim=self.dim, start=self.start, length=self.length)

    def detail(self) -> str:
        return f"{self.start} + {self.length}"
