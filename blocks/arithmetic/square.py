"""Square, element by element."""

from __future__ import annotations

from dataclasses import dataclass

from blocks.elementwise import Unary


@dataclass(frozen=True, kw_only=True)
class Square(Unary):
    """Every element times itself.

    y = x².
    Shapes: any, kept.
    Source: torch.square.
    """

    expression = "input.square()"
    synonyms = ("x^2", "squared")
