"""Square, element by element."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.tensor_type import TensorType
from blocks.elementwise import Unary, with_number


@dataclass(frozen=True, kw_only=True)
class Square(Unary):
    """Every element times itself.

    y = x².
    Shapes: any, kept.
    Source: torch.square.
    """

    expression = "input.square()"
    synonyms = ("x^2", "squared")

    def infer(self, input: TensorType) -> TensorType:
        return input.with_dtype(with_number(input.dtype, 2))
