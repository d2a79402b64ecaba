"""Norm."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Expression, real
from app.core.tensor_type import TensorType
from blocks.elementwise import INEXACT
from blocks.reduction._reduction import Reduction


@dataclass(frozen=True, kw_only=True)
class Norm(Reduction):
    """Length of vectors, of the order that is given: 2 is the Euclidean one.

    y = (Σ |x|^p)^(1/p)
    Shapes: B×F → B for dimension 1.
    Source: torch.linalg.vector_norm.
    """

    method = "norm"
    takes = INEXACT
    synonyms = ("length", "l2", "magnitude", "capsule length")

    p: float = real(2, low=0.0, label="Order", help="1 adds absolute values, 2 is the Euclidean length.")

    def dtype(self, dtype: str) -> str:
        return "float32" if dtype == "complex64" else dtype

    def call(self, input: TensorType) -> Expression:
        values = {} if self.p == 2 else {"p": self.p}
        return self.reducing(
            input, "torch.linalg.vector_norm(", ")", "input", *(f"ord={name}" for name in values), **values
        )
