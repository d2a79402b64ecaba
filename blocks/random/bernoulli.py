"""Bernoulli."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, Expression, flag
from app.core.tensor_type import TensorType
from blocks.rules import floating


@dataclass(frozen=True, kw_only=True)
class Bernoulli(Block):
    """Draws 1 with the given probability of each element, else 0: binary units of a Boltzmann machine.

    y = 1 with probability x, which is from 0 to 1; straight through: y + x - x without its gradient
    Shapes: any, kept. No gradient flows back, or that of the probabilities.
    Source: torch.bernoulli; Bengio et al., Estimating or propagating gradients through stochastic neurons, 2013.
    """

    synonyms = ("coin flip", "binary sample", "stochastic unit", "mask", "straight-through", "spike")

    straight_through: bool = flag(False, label="Straight through", help="Gradients pass as if y were x itself.")

    def infer(self, input: TensorType) -> TensorType:
        floating(input)
        return input

    def call(self, input: TensorType) -> Expression:
        if self.straight_through:
            return Expression("torch.bernoulli(input.detach()) + (input - input.detach())", random=True)
        return Expression("torch.bernoulli(input)", random=True)
