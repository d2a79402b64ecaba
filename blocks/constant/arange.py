"""Arange."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, Expression, port, whole
from app.core.tensor_type import TensorType
from blocks.rules import dimension


@dataclass(frozen=True, kw_only=True)
class Arange(Block):
    """Counts along a dimension of another tensor, from 0: the positions of a sequence.

    y = 0, 1, ..., T - 1
    Shapes: B×T → T; int64.
    Source: torch.arange.
    """

    inputs = (port("like", "The tensor whose length is counted."),)
    synonyms = ("positions", "range", "count", "index")

    dim: int = whole(1, low=-8, high=7, label="Dimension", help="Whose size is counted.")

    def infer(self, like: TensorType) -> TensorType:
        return TensorType((like.shape[dimension(self.dim, like.rank)],), "int64")

    def call(self, like: TensorType) -> Expression:
        return Expression("torch.arange(like.shape[dim], device=like.device)", dim=self.dim)
