"""Min."""

from __future__ import annotations

from dataclasses import dataclass

from blocks.elementwise import REAL
from blocks.reduction._reduction import Reduction


@dataclass(frozen=True, kw_only=True)
class Min(Reduction):
    """Smallest element over some dimensions, or over all.

    Shapes: B×T×F → B×F for dimension 1.
    Source: torch.amin, which shares the gradient among equal ones.
    """

    method = "amin"
    takes = REAL | {"bool"}
    synonyms = ("minimum", "amin")
