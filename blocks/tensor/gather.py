"""Gather."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, Expression, port, whole
from app.core.problems import ShapeError
from app.core.symbolic import Symbol
from app.core.tensor_type import TensorType
from blocks.rules import at_least_rank, dimension, wrong_dtype


@dataclass(frozen=True, kw_only=True)
class Gather(Block):
    """Picks elements along a dimension, at positions that another tensor gives: the value of the action taken.

    y[i, j] = x[i, index[i, j]] for dimension 1
    Shapes: a tensor and whole numbers with as many dimensions → the shape of the numbers.
    Source: torch.gather.
    """

    inputs = (port("input", "What is picked from."), port("index", "Positions along the dimension, int64."))
    synonyms = ("pick", "look up", "take along", "q value", "take_along_dim")

    dim: int = whole(1, low=-8, high=7, label="Dimension", help="That of the positions.")

    def infer(self, input: TensorType, index: TensorType) -> TensorType:
        at_least_rank(input, 1, "at least one dimension")
        dim = dimension(self.dim, input.rank)
        if index.dtype != "int64":
            raise wrong_dtype(index, "positions (int64)", "int64", "index")
        if index.rank != input.rank:
            raise ShapeError(
                f"“index” must have {input.rank} dimensions, as “input” has; {index} came. Unsqueeze or Squeeze it.",
                expected=f"{input.rank} dimensions",
                came=str(index),
                part="index",
            )
        for at, (mine, its) in enumerate(zip(input.shape, index.shape, strict=True)):
            gap = mine - its
            if at != dim and not isinstance(gap, Symbol) and gap < 0:
                raise ShapeError(
                    f"“index” ({index}) must not be larger than “input” ({input}) but along dimension {self.dim}.",
                    expected=f"at most {mine}",
                    came=str(its),
                    part="index",
                )
        return input.with_shape(*index.shape)

    def call(self, input: TensorType, index: TensorType) -> Expression:
        return Expression("input.gather(dim, index)", dim=self.dim)

    def detail(self) -> str:
        return f"dim {self.dim}"
