"""Sin, element by element."""

from __future__ import annotations

from dataclasses import dataclass

from blocks.elementwise import Unary


@dataclass(frozen=True, kw_only=True)
class Sin(Unary):
    """Sine of every element, in radians.

    y = sin x; with Cos it makes positional encodings.
    Shapes: any, kept. Whole numbers become float32.
    Source: torch.sin.
    """

    expression = "input.sin()"
    floats = True
    synonyms = ("sine",)
