"""Log10, element by element."""

from __future__ import annotations

from dataclasses import dataclass

from blocks.elementwise import Unary


@dataclass(frozen=True, kw_only=True)
class Log10(Unary):
    """Logarithm to the base 10 of every element: decibels, orders of magnitude.

    y = log₁₀ x
    Shapes: any, kept. Whole numbers become float32.
    Source: torch.log10.
    """

    expression = "input.log10()"
    floats = True
    synonyms = ("decimal logarithm", "decibel")
