"""Log2, element by element."""

from __future__ import annotations

from dataclasses import dataclass

from blocks.elementwise import Unary


@dataclass(frozen=True, kw_only=True)
class Log2(Unary):
    """Logarithm to the base 2 of every element: bits.

    y = log₂ x
    Shapes: any, kept. Whole numbers become float32.
    Source: torch.log2.
    """

    expression = "input.log2()"
    floats = True
    synonyms = ("binary logarithm", "bits")
