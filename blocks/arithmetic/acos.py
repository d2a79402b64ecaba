"""Acos, element by element."""

from __future__ import annotations

from dataclasses import dataclass

from blocks.elementwise import Unary


@dataclass(frozen=True, kw_only=True)
class Acos(Unary):
    """The angle whose cosine every element is: angles from cosine similarities.

    y = arccos x, from 0 to π; not a number where |x| > 1.
    Shapes: any, kept. Whole numbers become float32.
    Source: torch.acos.
    """

    expression = "input.acos()"
    floats = True
    synonyms = ("arccos", "arc cosine", "inverse cosine", "angle")
