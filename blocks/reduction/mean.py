"""Mean."""

from __future__ import annotations

from dataclasses import dataclass

from blocks.elementwise import INEXACT
from blocks.reduction._reduction import Reduction


@dataclass(frozen=True, kw_only=True)
class Mean(Reduction):
    """Mean over some dimensions, or over all: global average pooling.

    Shapes: B×C×H×W → B×C for dimensions 2 and 3.
    Source: torch.mean; Lin et al., Network in network, 2013.
    """

    method = "mean"
    takes = INEXACT
    synonyms = ("average", "global average pooling", "gap", "avg")
