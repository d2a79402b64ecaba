"""Trace."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, Expression
from app.core.tensor_type import TensorType
from blocks.elementwise import kind
from blocks.rules import at_least_rank


@dataclass(frozen=True, kw_only=True)
class Trace(Block):
    """Sum of the main diagonal of matrices.

    y = Σ_i x[i, i]
    Shapes: ...×N×M → ...; whole numbers become int64.
    Source: torch.trace, for batches.
    """

    synonyms = ("diagonal sum", "sum of eigenvalues", "divergence")

    def infer(self, input: TensorType) -> TensorType:
        at_least_rank(input, 2, "matrices, ...×N×M")
        return TensorType(input.shape[:-2], "int64" if kind(input.dtype) < 2 else input.dtype)

    def call(self, input: TensorType) -> Expression:
        return Expression("input.diagonal(dim1=-2, dim2=-1).sum(dim=-1)")
