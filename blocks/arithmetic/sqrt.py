"""Sqrt, element by element."""

from __future__ import annotations

from dataclasses import dataclass

from blocks.elementwise import Unary


@dataclass(frozen=True, kw_only=True)
class Sqrt(Unary):
    """Square root of every element.

    y = √x; of a negative number it is not a number.
    Shapes: any, kept. Whole numbers become float32.
    Source: torch.sqrt.
    """

    expression = "input.sqrt()"
    floats = True
    synonyms = ("square root", "root")
