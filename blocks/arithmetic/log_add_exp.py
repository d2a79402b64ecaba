"""LogAddExp."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import port
from app.core.tensor_type import TensorType
from blocks.elementwise import Binary, broadcasting
from blocks.rules import floating


@dataclass(frozen=True, kw_only=True)
class LogAddExp(Binary):
    """Adds two probabilities that are given by their logarithms, without overflow.

    y = ln(e^a + e^b)
    Shapes: equal ones, or ones that broadcast (a size of 1 is repeated).
    Source: torch.logaddexp; LogSumExp does the same along a dimension.
    """

    expression = "torch.logaddexp(a, b)"
    inputs = (port("a"), port("b"))
    synonyms = ("log sum exp", "add in log space", "soft maximum")

    def infer(self, a: TensorType, b: TensorType) -> TensorType:
        for name, came in (("a", a), ("b", b)):
            floating(came, name)
        return broadcasting({"a": a, "b": b})
