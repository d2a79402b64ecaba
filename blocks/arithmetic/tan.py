"""Tan, element by element."""

from __future__ import annotations

from dataclasses import dataclass

from blocks.elementwise import Unary


@dataclass(frozen=True, kw_only=True)
class Tan(Unary):
    """Tangent of every element, in radians.

    y = sin x / cos x
    Shapes: any, kept. Whole numbers become float32.
    Source: torch.tan.
    """

    expression = "input.tan()"
    floats = True
    synonyms = ("tangent",)
