"""Squash."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, Expression, whole
from app.core.tensor_type import TensorType
from blocks.rules import dimension, floating


@dataclass(frozen=True, kw_only=True)
class Squash(Block):
    """A capsule's nonlinearity: keeps a vector's direction and brings its length between 0 and 1.

    y = x/|x| · |x|²/(1 + |x|²), so that the length can say how likely a thing is there.
    Shapes: any, kept; vectors along one dimension.
    Source: Sabour et al., Dynamic routing between capsules, 2017, equation 1.
    """

    synonyms = ("capsule", "capsnet", "vector nonlinearity", "length")

    dim: int = whole(-1, low=-8, high=7, label="Dimension", help="Along which the vectors lie.")

    def infer(self, input: TensorType) -> TensorType:
        dimension(self.dim, input.rank)
        floating(input)
        return input

    def call(self, input: TensorType) -> Expression:
        if self.dim == -1:
            return Expression("squash(input)", source="squash")
        return Expression("squash(input, dim)", source="squash", dim=self.dim)
