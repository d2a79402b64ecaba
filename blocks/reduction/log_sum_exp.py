"""LogSumExp."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Expression
from app.core.tensor_type import TensorType
from blocks.elementwise import as_floating
from blocks.reduction._reduction import Reduction


@dataclass(frozen=True, kw_only=True)
class LogSumExp(Reduction):
    """Logarithm of the sum of the exponentials: a soft maximum, computed without overflow.

    y = log Σ e^x
    Shapes: B×C → B for dimension 1. Whole numbers become float32.
    Source: torch.logsumexp.
    """

    method = "logsumexp"
    synonyms = ("softmax denominator", "free energy", "soft maximum")

    def dtype(self, dtype: str) -> str:
        return as_floating(dtype)

    def call(self, input: TensorType) -> Expression:
        if self.dim:
            return super().call(input)
        every = tuple(range(input.rank))
        return Expression("input.logsumexp(dim=every" + (", keepdim=True)" if self.keepdim else ")"), every=every)
