"""Abs, element by element."""

from __future__ import annotations

from dataclasses import dataclass

from blocks.elementwise import REAL, Unary


@dataclass(frozen=True, kw_only=True)
class Abs(Unary):
    """Absolute value of every element.

    y = |x|.
    Shapes: any, kept.
    Source: torch.abs.
    """

    expression = "input.abs()"
    takes = REAL
    synonyms = ("absolute", "magnitude")
