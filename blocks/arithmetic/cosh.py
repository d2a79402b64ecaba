"""Cosh, element by element."""

from __future__ import annotations

from dataclasses import dataclass

from blocks.elementwise import Unary


@dataclass(frozen=True, kw_only=True)
class Cosh(Unary):
    """Hyperbolic cosine of every element.

    y = (e^x + e^-x) / 2; its logarithm is a smooth absolute value.
    Shapes: any, kept. Whole numbers become float32.
    Source: torch.cosh.
    """

    expression = "input.cosh()"
    floats = True
    synonyms = ("hyperbolic cosine", "log-cosh")
