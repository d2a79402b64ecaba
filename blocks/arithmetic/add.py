"""Add."""

from __future__ import annotations

from dataclasses import dataclass

from blocks.arithmetic._variadic import Variadic


@dataclass(frozen=True, kw_only=True)
class Add(Variadic):
    """Sum of two or more tensors, element by element: the residual connection.

    y = a + b + ...
    Shapes: equal ones, or ones that broadcast (a size of 1 is repeated).
    Source: torch.add; as a shortcut: He et al., Deep residual learning for image recognition, 2015.
    """

    operator = "+"
    synonyms = ("plus", "sum", "residual", "skip", "shortcut", "sum of many", "total")
