"""Atan, element by element."""

from __future__ import annotations

from dataclasses import dataclass

from blocks.elementwise import Unary


@dataclass(frozen=True, kw_only=True)
class Atan(Unary):
    """The angle whose tangent every element is.

    y = arctan x, from -π/2 to π/2; Atan2 gives the whole circle.
    Shapes: any, kept. Whole numbers become float32.
    Source: torch.atan.
    """

    expression = "input.atan()"
    floats = True
    synonyms = ("arctan", "arc tangent", "inverse tangent")
