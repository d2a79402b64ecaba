"""Expm1, element by element."""

from __future__ import annotations

from dataclasses import dataclass

from blocks.elementwise import Unary


@dataclass(frozen=True, kw_only=True)
class Expm1(Unary):
    """One less than the exponential of every element, exact where elements are small.

    y = e^x - 1
    Shapes: any, kept. Whole numbers become float32.
    Source: torch.expm1.
    """

    expression = "input.expm1()"
    floats = True
    synonyms = ("e^x - 1", "exponential minus one")
