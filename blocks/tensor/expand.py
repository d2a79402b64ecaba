"""Expand."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, Expression, flag, port
from app.core.problems import SetArgument, ShapeError
from app.core.symbolic import differ
from app.core.tensor_type import TensorType
from blocks.rules import at_least_rank


@dataclass(frozen=True, kw_only=True)
class Expand(Block):
    """Gives one tensor to every example of a batch, without copying it: class tokens, initial states, memories.

    Shapes: 1×F and a batch B×... → B×F; with a new dimension F → B×F.
    Source: torch.Tensor.expand.
    """

    inputs = (port("input", "What every example gets."), port("like", "A tensor whose first size is the batch."))
    synonyms = ("repeat batch", "broadcast", "initial state", "class token")

    new: bool = flag(False, label="New dimension", help="Put the batch before the others, instead of a first 1.")

    def infer(self, input: TensorType, like: TensorType) -> TensorType:
        at_least_rank(like, 1, "a tensor with a batch", "like")
        if self.new:
            return input.with_shape(like.shape[0], *input.shape)
        if not input.rank or differ(input.shape[0], 1):
            raise ShapeError(
                f"Without a new dimension the first size must be 1; {input} came.",
                expected="1×...",
                came=str(input),
                part="new",
                fixes=(SetArgument("new", True, "Put a new dimension before the others"),),
            )
        return input.with_shape(like.shape[0], *input.shape[1:])

    def call(self, input: TensorType, like: TensorType) -> Expression:
        kept = ["-1"] * (input.rank if self.new else input.rank - 1)
        return Expression(f"input.expand({', '.join(['like.shape[0]', *kept])})")
