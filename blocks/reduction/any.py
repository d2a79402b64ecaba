"""Any."""

from __future__ import annotations

from dataclasses import dataclass

from blocks.reduction._reduction import Reduction


@dataclass(frozen=True, kw_only=True)
class Any(Reduction):
    """True where at least one element of some dimensions is true, or is not 0.

    y = x[0] or x[1] or ...
    Shapes: B×T → B for dimension 1; dtype bool (uint8 stays uint8, as torch has it).
    Source: torch.any.
    """

    method = "any"
    synonyms = ("or", "exists", "some")

    def dtype(self, dtype: str) -> str:
        return "uint8" if dtype == "uint8" else "bool"
