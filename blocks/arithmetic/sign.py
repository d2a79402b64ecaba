"""Sign, element by element."""

from __future__ import annotations

from dataclasses import dataclass

from blocks.elementwise import REAL, Unary


@dataclass(frozen=True, kw_only=True)
class Sign(Unary):
    """Sign of every element: -1, 0 or 1.

    y = x / |x|, and 0 where x is 0; its gradient is 0.
    Shapes: any, kept.
    Source: torch.sign.
    """

    expression = "input.sign()"
    takes = REAL | {"bool"}
    synonyms = ("signum",)
