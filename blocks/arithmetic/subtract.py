"""Subtract."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import port
from app.core.tensor_type import TensorType
from blocks.elementwise import Binary, broadcasting
from blocks.rules import wrong_dtype


@dataclass(frozen=True, kw_only=True)
class Subtract(Binary):
    """Difference of two tensors, element by element.

    y = a - b
    Shapes: equal ones, or ones that broadcast (a size of 1 is repeated).
    Source: torch.sub, which refuses bool tensors.
    """

    expression = "a - b"
    inputs = (port("a"), port("b", "What is taken away."))
    synonyms = ("minus", "difference")

    def infer(self, a: TensorType, b: TensorType) -> TensorType:
        for name, given in (("a", a), ("b", b)):
            if given.dtype == "bool":
                raise wrong_dtype(given, "numbers, not a mask", "float32", name)
        return broadcasting({"a": a, "b": b})
