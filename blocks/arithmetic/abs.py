"""Abs, element by element."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.tensor_type import TensorType
from blocks.elementwise import NUMBERS, Unary


@dataclass(frozen=True, kw_only=True)
class Abs(Unary):
    """Absolute value of every element.

    y = |x|.
    Shapes: any, kept. Complex numbers become real ones.
    Source: torch.abs.
    """

    expression = "input.abs()"
    takes = NUMBERS
    synonyms = ("absolute", "magnitude")

    def infer(self, input: TensorType) -> TensorType:
        found = super().infer(input)
        return found.with_dtype("float32") if input.dtype == "complex64" else found
