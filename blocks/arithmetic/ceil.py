"""Ceil, element by element."""

from __future__ import annotations

from dataclasses import dataclass

from blocks.elementwise import REAL, Unary


@dataclass(frozen=True, kw_only=True)
class Ceil(Unary):
    """Every element rounded up to a whole number.

    Its gradient is 0.
    Shapes: any, kept.
    Source: torch.ceil.
    """

    expression = "input.ceil()"
    takes = REAL
    synonyms = ("round up", "ceiling")
