"""Exp, element by element."""

from __future__ import annotations

from dataclasses import dataclass

from blocks.elementwise import Unary


@dataclass(frozen=True, kw_only=True)
class Exp(Unary):
    """Exponential of every element: e^x.

    y = e^x, the inverse of Log.
    Shapes: any, kept. Whole numbers become float32.
    Source: torch.exp.
    """

    expression = "input.exp()"
    floats = True
    synonyms = ("exponential", "e^x")
