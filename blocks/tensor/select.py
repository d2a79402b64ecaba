"""Select."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, Expression, whole
from app.core.problems import SetArgument, ShapeError
from app.core.symbolic import smaller
from app.core.tensor_type import TensorType
from blocks.rules import dimension
from blocks.tensor._indexing import brackets


@dataclass(frozen=True, kw_only=True)
class Select(Block):
    """One position of a dimension, which goes away: the last time step, the class token.

    Shapes: B×T×F → B×F for dim 1.
    Source: torch.select.
    """

    synonyms = ("index", "last step", "class token", "pick", "[-1]")

    dim: int = whole(1, low=-8, high=7, label="Dimension", help="Which one goes away.")
    index: int = whole(-1, label="Position", help="Which one is taken; -1 is the last.")

    def infer(self, input: TensorType) -> TensorType:
        dim = dimension(self.dim, input.rank)
        size = input.shape[dim]
        least = self.index + 1 if self.index >= 0 else -self.index
        if smaller(size, least):
            raise ShapeError(
                f"Dimension {self.dim} has {size} positions, so there is no number {self.index}.",
                expected=f"-{size} to {size - 1}",
                came=str(self.index),
                part="index",
                fixes=(SetArgument("index", -1, "Take the last"),),
            )
        return input.with_shape(*input.shape[:dim], *input.shape[dim + 1 :])

    def call(self, input: TensorType) -> Expression:
        return Expression("input" + brackets(self.dim, input.rank, "index"), index=self.index)

    def detail(self) -> str:
        return f"[{self.index}]"
