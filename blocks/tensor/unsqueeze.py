"""Unsqueeze."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, Expression, whole
from app.core.tensor_type import TensorType
from blocks.rules import dimension


@dataclass(frozen=True, kw_only=True)
class Unsqueeze(Block):
    """Puts a new dimension of size 1 in.

    Shapes: B×F → B×1×F for dim 1.
    Source: torch.unsqueeze.
    """

    synonyms = ("new dimension", "add dimension", "expand dims", "[:, None]")

    dim: int = whole(1, low=-8, high=7, label="Dimension", help="Where the new one stands; -1 is the end.")

    def infer(self, input: TensorType) -> TensorType:
        dim = dimension(self.dim, input.rank, extra=1)
        return input.with_shape(*input.shape[:dim], 1, *input.shape[dim:])

    def call(self, input: TensorType) -> Expression:
        return Expression("input.unsqueeze(dim)", dim=self.dim)

    def detail(self) -> str:
        return f"dim {self.dim}"
