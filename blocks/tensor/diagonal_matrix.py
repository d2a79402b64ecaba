"""DiagonalMatrix."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, Expression
from app.core.tensor_type import TensorType
from blocks.rules import at_least_rank


@dataclass(frozen=True, kw_only=True)
class DiagonalMatrix(Block):
    """Matrices with given diagonals and 0 elsewhere.

    y[..., i, i] = x[..., i]
    Shapes: ...×N → ...×N×N.
    Source: torch.diag_embed.
    """

    synonyms = ("diag embed", "diag", "covariance", "identity matrix")

    def infer(self, input: TensorType) -> TensorType:
        at_least_rank(input, 1, "vectors, ...×N")
        return input.with_shape(*input.shape, input.shape[-1])

    def call(self, input: TensorType) -> Expression:
        return Expression("input.diag_embed()")
