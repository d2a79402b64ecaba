"""Product."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.core.block import Expression
from app.core.tensor_type import TensorType
from blocks.elementwise import kind
from blocks.reduction._reduction import Reduction


@dataclass(frozen=True, kw_only=True)
class Product(Reduction):
    """Product over some dimensions, or over all: probabilities of what is independent.

    y = x[0] · x[1] · ...
    Shapes: B×T×F → B×F for dimension 1. Whole numbers become int64.
    Source: torch.prod, one dimension after the other.
    """

    method = "prod"
    synonyms = ("prod", "multiply up", "joint probability")

    def dtype(self, dtype: str) -> str:
        return "int64" if kind(dtype) < 2 else dtype

    def call(self, input: TensorType) -> Expression:
        dims = self.dims(input.rank)
        if len(self.dim) == 1:
            return self.reducing(input, "input.prod(", ")")
        if not dims or (not self.dim and not self.keepdim):
            return Expression("input.prod()")
        last_first = sorted(dims, reverse=True)  # so that none of the others moves
        keep = ", keepdim=True" if self.keepdim else ""
        values: dict[str, Any] = {f"dim{at}": dim for at, dim in enumerate(last_first)}
        return Expression("input" + "".join(f".prod(dim={name}{keep})" for name in values), **values)
