"""Trunc, element by element."""

from __future__ import annotations

from dataclasses import dataclass

from blocks.elementwise import REAL, Unary


@dataclass(frozen=True, kw_only=True)
class Trunc(Unary):
    """Every element without its fraction: rounded towards 0.

    2.7 becomes 2, -2.7 becomes -2; its gradient is 0.
    Shapes: any, kept.
    Source: torch.trunc.
    """

    expression = "input.trunc()"
    takes = REAL
    synonyms = ("truncate", "fix", "integer part")
