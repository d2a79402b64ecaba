"""ExpandAs."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, Expression, port
from app.core.problems import ShapeError
from app.core.symbolic import differ
from app.core.tensor_type import TensorType


@dataclass(frozen=True, kw_only=True)
class ExpandAs(Block):
    """Repeats a tensor along its sizes of 1 until it has another's shape, without copying it.

    Shapes: 1×F and B×F → B×F.
    Source: torch.Tensor.expand_as.
    """

    inputs = (port("input", "What is repeated."), port("like", "Whose shape it gets."))
    synonyms = ("broadcast to", "repeat")

    def infer(self, input: TensorType, like: TensorType) -> TensorType:
        tail = like.shape[like.rank - input.rank :] if input.rank <= like.rank else ()
        fits = input.rank <= like.rank and all(
            (isinstance(mine, int) and mine == 1) or not differ(mine, its)
            for mine, its in zip(input.shape, tail, strict=True)
        )
        if not fits:
            raise ShapeError(
                f"{input} cannot be repeated to the shape {like}: sizes must be equal, or 1.",
                expected=str(like),
                came=str(input),
                part="input",
            )
        return input.with_shape(*like.shape)

    def call(self, input: TensorType, like: TensorType) -> Expression:
        return Expression("input.expand_as(like)")
