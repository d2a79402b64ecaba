"""FloorDivide."""

from __future__ import annotations

from dataclasses import dataclass

from blocks.arithmetic._divided import Divided


@dataclass(frozen=True, kw_only=True)
class FloorDivide(Divided):
    """How often one number goes into another, rounded down: the row of a position on a grid.

    y = floor(a / b)
    Shapes: that of a, or what a and b broadcast to. Its gradient is 0.
    Source: torch.floor_divide; Python's //.
    """

    operator = "//"
    synonyms = ("integer division", "whole quotient", "//", "div")
