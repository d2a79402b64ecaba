"""Shift."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, Expression, real
from app.core.tensor_type import TensorType
from blocks.rules import at_least_rank


@dataclass(frozen=True, kw_only=True)
class Shift(Block):
    """Moves a sequence one step on: each position gets what was before it, the first a start value.

    y[t] = x[t - 1], y[0] = value
    Shapes: B×T×..., kept.
    Source: the decoder's input of Vaswani et al., Attention is all you need, 2017.
    """

    synonyms = ("shift right", "teacher forcing", "start token", "previous", "delay")

    value: float = real(0, label="Start", help="What stands at the first position: the start token.")

    def infer(self, input: TensorType) -> TensorType:
        at_least_rank(input, 2, "B×T or more dimensions")
        return input

    def call(self, input: TensorType) -> Expression:
        sides = ", ".join(["0, 0"] * (input.rank - 2) + ["1, 0"])
        return Expression(f"F.pad(input[:, :-1], ({sides}), value=value)", value=self.value)
