"""Log, element by element."""

from __future__ import annotations

from dataclasses import dataclass

from blocks.elementwise import Unary


@dataclass(frozen=True, kw_only=True)
class Log(Unary):
    """Natural logarithm of every element.

    y = ln x; of 0 it is minus infinity, of a negative number it is not a number.
    Shapes: any, kept. Whole numbers become float32.
    Source: torch.log.
    """

    expression = "input.log()"
    floats = True
    synonyms = ("logarithm", "ln")
