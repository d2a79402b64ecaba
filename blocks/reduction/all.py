"""All."""

from __future__ import annotations

from dataclasses import dataclass

from blocks.reduction._reduction import Reduction


@dataclass(frozen=True, kw_only=True)
class All(Reduction):
    """True where every element of some dimensions is true, or is not 0.

    y = x[0] and x[1] and ...
    Shapes: B×T → B for dimension 1; dtype bool (uint8 stays uint8, as torch has it).
    Source: torch.all.
    """

    method = "all"
    synonyms = ("and", "every", "exact match")

    def dtype(self, dtype: str) -> str:
        return "uint8" if dtype == "uint8" else "bool"
