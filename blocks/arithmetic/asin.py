"""Asin, element by element."""

from __future__ import annotations

from dataclasses import dataclass

from blocks.elementwise import Unary


@dataclass(frozen=True, kw_only=True)
class Asin(Unary):
    """The angle whose sine every element is.

    y = arcsin x, from -π/2 to π/2; not a number where |x| > 1.
    Shapes: any, kept. Whole numbers become float32.
    Source: torch.asin.
    """

    expression = "input.asin()"
    floats = True
    synonyms = ("arcsin", "arc sine", "inverse sine")
