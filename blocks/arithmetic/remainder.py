"""Remainder."""

from __future__ import annotations

from dataclasses import dataclass

from blocks.arithmetic._divided import Divided


@dataclass(frozen=True, kw_only=True)
class Remainder(Divided):
    """What a division leaves over, with the sign of the divisor: angles, rings and clocks.

    y = a - b · floor(a / b)
    Shapes: that of a, or what a and b broadcast to.
    Source: torch.remainder; Python's %.
    """

    operator = "%"
    synonyms = ("modulo", "mod", "%", "wrap", "periodic")
