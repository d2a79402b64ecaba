"""Log1p, element by element."""

from __future__ import annotations

from dataclasses import dataclass

from blocks.elementwise import Unary


@dataclass(frozen=True, kw_only=True)
class Log1p(Unary):
    """Natural logarithm of one more than every element, exact where elements are small.

    y = ln(1 + x)
    Shapes: any, kept. Whole numbers become float32.
    Source: torch.log1p.
    """

    expression = "input.log1p()"
    floats = True
    synonyms = ("ln(1 + x)", "log plus one", "counts")
