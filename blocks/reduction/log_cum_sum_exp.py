"""LogCumSumExp."""

from __future__ import annotations

from dataclasses import dataclass

from blocks.elementwise import INEXACT
from blocks.reduction._along import Running


@dataclass(frozen=True, kw_only=True)
class LogCumSumExp(Running):
    """Logarithm of the sum of exponentials up to each position, without overflow: running sums of probabilities.

    y[i] = log (e^x[0] + ... + e^x[i])
    Shapes: any, kept.
    Source: torch.logcumsumexp.
    """

    expression = "input.logcumsumexp(dim=dim)"
    takes = INEXACT
    synonyms = ("log cumulative sum exp", "cumulative logsumexp", "running log sum")
