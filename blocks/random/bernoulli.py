"""Bernoulli."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, Expression
from app.core.tensor_type import TensorType
from blocks.rules import floating


@dataclass(frozen=True, kw_only=True)
class Bernoulli(Block):
    """Draws 1 with the given probability of each element, else 0: binary units of a Boltzmann machine.

    y = 1 with probability x, which is from 0 to 1
    Shapes: any, kept. No gradient flows back.
    Source: torch.bernoulli.
    """

    synonyms = ("coin flip", "binary sample", "stochastic unit", "mask")

    def infer(self, input: TensorType) -> TensorType:
        floating(input)
        return input

    def call(self, input: TensorType) -> Expression:
        return Expression("torch.bernoulli(input)", random=True)
