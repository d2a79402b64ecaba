"""Negate, element by element."""

from __future__ import annotations

from dataclasses import dataclass

from blocks.elementwise import NUMBERS, Unary


@dataclass(frozen=True, kw_only=True)
class Negate(Unary):
    """Every element with the other sign.

    y = -x.
    Shapes: any, kept.
    Source: torch.neg.
    """

    expression = "-input"
    takes = NUMBERS
    synonyms = ("negative", "minus")
