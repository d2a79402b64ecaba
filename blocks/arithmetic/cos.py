"""Cos, element by element."""

from __future__ import annotations

from dataclasses import dataclass

from blocks.elementwise import Unary


@dataclass(frozen=True, kw_only=True)
class Cos(Unary):
    """Cosine of every element, in radians.

    y = cos x; with Sin it makes positional encodings.
    Shapes: any, kept. Whole numbers become float32.
    Source: torch.cos.
    """

    expression = "input.cos()"
    floats = True
    synonyms = ("cosine",)
