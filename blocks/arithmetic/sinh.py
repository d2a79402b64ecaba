"""Sinh, element by element."""

from __future__ import annotations

from dataclasses import dataclass

from blocks.elementwise import Unary


@dataclass(frozen=True, kw_only=True)
class Sinh(Unary):
    """Hyperbolic sine of every element.

    y = (e^x - e^-x) / 2
    Shapes: any, kept. Whole numbers become float32.
    Source: torch.sinh.
    """

    expression = "input.sinh()"
    floats = True
    synonyms = ("hyperbolic sine",)
