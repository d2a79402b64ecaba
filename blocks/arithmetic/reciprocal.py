"""Reciprocal, element by element."""

from __future__ import annotations

from dataclasses import dataclass

from blocks.elementwise import Unary


@dataclass(frozen=True, kw_only=True)
class Reciprocal(Unary):
    """One over every element.

    y = 1 / x.
    Shapes: any, kept. Whole numbers become float32.
    Source: torch.reciprocal.
    """

    expression = "input.reciprocal()"
    floats = True
    synonyms = ("inverse", "1/x")
