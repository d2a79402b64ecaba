"""Multiply."""

from __future__ import annotations

from dataclasses import dataclass

from blocks.arithmetic._variadic import Variadic


@dataclass(frozen=True, kw_only=True)
class Multiply(Variadic):
    """Product of two or more tensors, element by element: a gate.

    y = a · b · ...
    Shapes: equal ones, or ones that broadcast (a size of 1 is repeated).
    Source: torch.mul; as a gate: Hochreiter & Schmidhuber, Long short-term memory, 1997.
    """

    operator = "*"
    synonyms = ("times", "product", "gate", "hadamard", "mask")
