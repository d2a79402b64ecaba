"""LastSteps."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, Expression, port, whole
from app.core.problems import ShapeError
from app.core.symbolic import Symbol
from app.core.tensor_type import TensorType
from blocks.rules import dimension


@dataclass(frozen=True, kw_only=True)
class LastSteps(Block):
    """The end of a sequence, as many steps as another one has: what is said after all has been heard.

    Shapes: B×T×F and B×L×... → B×L×F for dimension 1.
    Source: torch.narrow.
    """

    inputs = (port("input", "What is cut."), port("like", "How many steps of it."))
    synonyms = ("tail", "end", "suffix", "slice", "answer")

    dim: int = whole(1, low=-8, high=7, label="Dimension", help="That of the steps, in both.")

    def infer(self, input: TensorType, like: TensorType) -> TensorType:
        dim, there = dimension(self.dim, input.rank), dimension(self.dim, like.rank)
        steps = like.shape[there]
        gap = input.shape[dim] - steps
        if not isinstance(gap, Symbol) and gap < 0:
            raise ShapeError(
                f"“input” has {input.shape[dim]} steps, so its last {steps} cannot be taken. Swap the wires.",
                expected=f"at least {steps} steps",
                came=str(input),
                part="input",
            )
        return input.with_shape(*input.shape[:dim], steps, *input.shape[dim + 1 :])

    def call(self, input: TensorType, like: TensorType) -> Expression:
        return Expression("input.narrow(dim, input.shape[dim] - like.shape[dim], like.shape[dim])", dim=self.dim)
