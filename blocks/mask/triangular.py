"""Triangular."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, Expression, choice, whole
from app.core.tensor_type import TensorType
from blocks.rules import at_least_rank


@dataclass(frozen=True, kw_only=True)
class Triangular(Block):
    """Keeps one triangle of a matrix and sets the rest to 0.

    Shapes: ...×N×M, kept.
    Source: torch.tril and torch.triu.
    """

    synonyms = ("tril", "triu", "lower", "upper", "causal")

    keep: str = choice("lower", "lower", "upper", label="Triangle", help="Below or above the diagonal.")
    diagonal: int = whole(0, label="Diagonal", help="Where it ends: 0 with the main diagonal, 1 one above it.")

    def infer(self, input: TensorType) -> TensorType:
        at_least_rank(input, 2, "a matrix, ...×N×M")
        return input

    def call(self, input: TensorType) -> Expression:
        name = "tril" if self.keep == "lower" else "triu"
        if self.diagonal == 0:
            return Expression(f"input.{name}()")
        return Expression(f"input.{name}(diagonal)", diagonal=self.diagonal)

    def detail(self) -> str:
        return self.keep
