"""Eye."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, Expression, port, whole
from app.core.tensor_type import TensorType
from blocks.rules import dimension


@dataclass(frozen=True, kw_only=True)
class Eye(Block):
    """The identity matrix, as large as a dimension of another tensor: self-loops of a graph, pairs in a batch.

    y[i, j] = 1 where i = j, else 0. Shapes: B×... → B×B, or n×n for another dimension of size n.
    Source: torch.eye.
    """

    inputs = (port("like", "The tensor whose size decides."),)
    synonyms = ("identity matrix", "diagonal", "self-loops", "one-hot")

    dim: int = whole(0, low=-8, high=7, label="Dimension", help="Whose size it has.")

    def infer(self, like: TensorType) -> TensorType:
        size = like.shape[dimension(self.dim, like.rank)]
        return TensorType((size, size))

    def call(self, like: TensorType) -> Expression:
        return Expression("torch.eye(like.shape[dim], device=like.device)", dim=self.dim)
