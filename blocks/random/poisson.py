"""Poisson."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, Expression
from app.core.tensor_type import TensorType
from blocks.rules import floating


@dataclass(frozen=True, kw_only=True)
class Poisson(Block):
    """Draws counts of the given expectation at each element: photon noise, spikes of neurons.

    y ~ Poisson(x), where x is not negative
    Shapes: any, kept. No gradient flows back.
    Source: torch.poisson.
    """

    synonyms = ("shot noise", "photon noise", "counts", "spikes", "events")

    def infer(self, input: TensorType) -> TensorType:
        floating(input)
        return input

    def call(self, input: TensorType) -> Expression:
        return Expression("torch.poisson(input)", random=True)
