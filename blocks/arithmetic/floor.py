"""Floor, element by element."""

from __future__ import annotations

from dataclasses import dataclass

from blocks.elementwise import REAL, Unary


@dataclass(frozen=True, kw_only=True)
class Floor(Unary):
    """Every element rounded down to a whole number.

    Its gradient is 0.
    Shapes: any, kept.
    Source: torch.floor.
    """

    expression = "input.floor()"
    takes = REAL
    synonyms = ("round down", "integer part")
