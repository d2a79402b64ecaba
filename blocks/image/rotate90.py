"""Rotate90."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, Expression, whole
from app.core.tensor_type import TensorType
from blocks.rules import at_least_rank


@dataclass(frozen=True, kw_only=True)
class Rotate90(Block):
    """Turns images by quarter turns, anticlockwise.

    Shapes: ...×H×W → ...×W×H for an odd number of turns, else kept.
    Source: torch.rot90; Gidaris et al., Unsupervised representation learning by predicting image rotations, 2018.
    """

    synonyms = ("rot90", "rotate", "turn", "rotation prediction", "equivariance")

    k: int = whole(1, low=-4, high=4, label="Quarter turns", help="Negative ones turn clockwise.")

    def infer(self, input: TensorType) -> TensorType:
        at_least_rank(input, 2, "images, ...×H×W")
        *front, height, width = input.shape
        return input.with_shape(*front, width, height) if self.k % 2 else input

    def call(self, input: TensorType) -> Expression:
        return Expression("input.rot90(k, dims=(-2, -1))", k=self.k)

    def detail(self) -> str:
        return f"{90 * self.k}°"
