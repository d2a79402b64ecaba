"""LogicalNot, element by element."""

from __future__ import annotations

from dataclasses import dataclass

from blocks.elementwise import Unary


@dataclass(frozen=True, kw_only=True)
class LogicalNot(Unary):
    """True where the input is false.

    y = not x, to turn a mask around.
    Shapes: any, kept.
    Source: torch.logical_not.
    """

    expression = "~input"
    takes = frozenset({"bool"})
    synonyms = ("not", "invert mask")
