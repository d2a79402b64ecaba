"""Round, element by element."""

from __future__ import annotations

from dataclasses import dataclass

from blocks.elementwise import REAL, Unary


@dataclass(frozen=True, kw_only=True)
class Round(Unary):
    """Every element rounded to the nearest whole number.

    Halves go to the even neighbour; its gradient is 0.
    Shapes: any, kept.
    Source: torch.round.
    """

    expression = "input.round()"
    takes = REAL
    synonyms = ("rounding",)
