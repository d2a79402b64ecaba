"""CumulativeMax."""

from __future__ import annotations

from dataclasses import dataclass

from blocks.elementwise import REAL
from blocks.reduction._along import Running


@dataclass(frozen=True, kw_only=True)
class CumulativeMax(Running):
    """Largest of everything up to each position of a dimension.

    y[i] = max(x[0], ..., x[i])
    Shapes: any, kept.
    Source: torch.cummax.
    """

    expression = "input.cummax(dim=dim).values"
    takes = REAL | {"bool"}
    synonyms = ("cummax", "running maximum", "best so far")
