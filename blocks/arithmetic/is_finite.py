"""IsFinite."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.tensor_type import TensorType
from blocks.elementwise import Unary


@dataclass(frozen=True, kw_only=True)
class IsFinite(Unary):
    """True where an element is a finite number: a mask of what is there.

    y = x is neither infinite nor not a number
    Shapes: any, kept; dtype bool.
    Source: torch.isfinite.
    """

    expression = "input.isfinite()"
    synonyms = ("is nan", "isnan", "isinf", "missing values", "valid")

    def infer(self, input: TensorType) -> TensorType:
        return input.with_dtype("bool")
