"""Acosh, element by element."""

from __future__ import annotations

from dataclasses import dataclass

from blocks.elementwise import Unary


@dataclass(frozen=True, kw_only=True)
class Acosh(Unary):
    """Inverse hyperbolic cosine of every element: distances in hyperbolic space.

    y = ln(x + √(x² - 1)); not a number where x < 1.
    Shapes: any, kept. Whole numbers become float32.
    Source: torch.acosh.
    """

    expression = "input.acosh()"
    floats = True
    synonyms = ("arcosh", "inverse hyperbolic cosine", "poincaré")
