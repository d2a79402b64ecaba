"""Atanh, element by element."""

from __future__ import annotations

from dataclasses import dataclass

from blocks.elementwise import Unary


@dataclass(frozen=True, kw_only=True)
class Atanh(Unary):
    """Inverse hyperbolic tangent of every element: what Tanh made it from.

    y = ½ ln((1 + x) / (1 - x)); infinite at -1 and 1.
    Shapes: any, kept. Whole numbers become float32.
    Source: torch.atanh.
    """

    expression = "input.atanh()"
    floats = True
    synonyms = ("artanh", "inverse hyperbolic tangent", "inverse tanh")
