"""Rsqrt, element by element."""

from __future__ import annotations

from dataclasses import dataclass

from blocks.elementwise import Unary


@dataclass(frozen=True, kw_only=True)
class Rsqrt(Unary):
    """One over the square root of every element.

    y = 1 / √x.
    Shapes: any, kept. Whole numbers become float32.
    Source: torch.rsqrt.
    """

    expression = "input.rsqrt()"
    floats = True
    synonyms = ("inverse square root",)
