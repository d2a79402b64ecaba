"""Erf, element by element."""

from __future__ import annotations

from dataclasses import dataclass

from blocks.elementwise import REAL, Unary


@dataclass(frozen=True, kw_only=True)
class Erf(Unary):
    """Error function of every element: how much of a Gaussian lies within.

    y = 2/√π · ∫ e^(-t²) dt from 0 to x; Φ(x) = (1 + erf(x / √2)) / 2.
    Shapes: any, kept. Whole numbers become float32.
    Source: torch.erf.
    """

    expression = "input.erf()"
    floats = True
    takes = REAL | {"bool"}
    synonyms = ("error function", "gaussian cdf", "normal distribution")
