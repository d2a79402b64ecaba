"""LogGamma, element by element."""

from __future__ import annotations

from dataclasses import dataclass

from blocks.elementwise import REAL, Unary


@dataclass(frozen=True, kw_only=True)
class LogGamma(Unary):
    """Logarithm of the gamma function of every element: of factorials.

    y = ln |Γ(x)|, and Γ(n + 1) = n!; as the Poisson and Dirichlet likelihoods need it.
    Shapes: any, kept. Whole numbers become float32.
    Source: torch.lgamma.
    """

    expression = "input.lgamma()"
    floats = True
    takes = REAL | {"bool"}
    synonyms = ("lgamma", "factorial", "gamma function", "poisson")
