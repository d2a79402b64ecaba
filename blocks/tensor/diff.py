"""Diff."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, Expression, whole
from app.core.problems import ShapeError
from app.core.symbolic import smaller
from app.core.tensor_type import TensorType
from blocks.rules import dimension


@dataclass(frozen=True, kw_only=True)
class Diff(Block):
    """Difference of each position from the one before it: speeds from places, edges from images.

    y[i] = x[i + 1] - x[i]; of bool: whether they differ.
    Shapes: B×T → B×(T - 1) for dimension -1.
    Source: torch.diff.
    """

    synonyms = ("difference", "derivative", "delta", "gradient of an image", "total variation")

    dim: int = whole(-1, low=-8, high=7, label="Dimension", help="Along which neighbours are compared.")

    def infer(self, input: TensorType) -> TensorType:
        dim = dimension(self.dim, input.rank)
        size = input.shape[dim]
        if smaller(size, 2):
            raise ShapeError(
                f"Differences need at least two positions; dimension {self.dim} has {size}.",
                expected="at least 2",
                came=str(size),
                part="input",
            )
        return input.with_shape(*input.shape[:dim], size - 1, *input.shape[dim + 1 :])

    def call(self, input: TensorType) -> Expression:
        return Expression("input.diff()") if self.dim == -1 else Expression("input.diff(dim=dim)", dim=self.dim)

    def detail(self) -> str:
        return f"dim {self.dim}"
