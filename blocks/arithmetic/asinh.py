"""Asinh, element by element."""

from __future__ import annotations

from dataclasses import dataclass

from blocks.elementwise import Unary


@dataclass(frozen=True, kw_only=True)
class Asinh(Unary):
    """Inverse hyperbolic sine of every element: a logarithm that takes both signs.

    y = ln(x + √(x² + 1))
    Shapes: any, kept. Whole numbers become float32.
    Source: torch.asinh.
    """

    expression = "input.asinh()"
    floats = True
    synonyms = ("arsinh", "inverse hyperbolic sine", "symmetric log")
