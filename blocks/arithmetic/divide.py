"""Divide."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import port
from app.core.tensor_type import TensorType
from blocks.elementwise import Binary, as_floating, broadcasting


@dataclass(frozen=True, kw_only=True)
class Divide(Binary):
    """Quotient of two tensors, element by element.

    y = a / b; division by 0 gives an infinity or not a number.
    Shapes: equal ones, or ones that broadcast (a size of 1 is repeated). Whole numbers become float32.
    Source: torch.div.
    """

    expression = "a / b"
    inputs = (port("a", "The dividend."), port("b", "The divisor."))
    synonyms = ("quotient", "ratio", "over")

    def infer(self, a: TensorType, b: TensorType) -> TensorType:
        result = broadcasting({"a": a, "b": b})
        return result.with_dtype(as_floating(result.dtype))
