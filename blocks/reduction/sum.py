"""Sum."""

from __future__ import annotations

from dataclasses import dataclass

from blocks.elementwise import kind
from blocks.reduction._reduction import Reduction


@dataclass(frozen=True, kw_only=True)
class Sum(Reduction):
    """Sum over some dimensions, or over all.

    Shapes: B×T×F → B×F for dimension 1. Whole numbers become int64.
    Source: torch.sum.
    """

    method = "sum"
    synonyms = ("total", "add up", "count")

    def dtype(self, dtype: str) -> str:
        return "int64" if kind(dtype) < 2 else dtype
