"""Flip."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, Expression, whole
from app.core.tensor_type import TensorType
from blocks.rules import dimension


@dataclass(frozen=True, kw_only=True)
class Flip(Block):
    """Turns a dimension around: the last comes first.

    Shapes: any, kept.
    Source: torch.flip.
    """

    synonyms = ("reverse", "mirror", "backwards", "horizontal flip", "vertical flip")

    dim: int = whole(1, low=-8, high=7, label="Dimension", help="Which one is turned around.")

    def infer(self, input: TensorType) -> TensorType:
        dimension(self.dim, input.rank)
        return input

    def call(self, input: TensorType) -> Expression:
        return Expression("input.flip(dim)", dim=self.dim)

    def detail(self) -> str:
        return f"dim {self.dim}"
