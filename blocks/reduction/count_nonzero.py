"""CountNonzero."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Expression
from app.core.tensor_type import TensorType
from blocks.reduction._reduction import Reduction


@dataclass(frozen=True, kw_only=True)
class CountNonzero(Reduction):
    """How many elements of some dimensions are true, or are not 0: lengths of padded sequences.

    Shapes: B×T → B for dimension 1; int64.
    Source: torch.count_nonzero, which cannot keep dimensions; so a comparison is summed.
    """

    method = "sum"
    synonyms = ("count", "number of", "lengths", "sparsity", "l0")

    def dtype(self, dtype: str) -> str:
        return "int64"

    def call(self, input: TensorType) -> Expression:
        return self.reducing(input, "(input != 0).sum(", ")")
