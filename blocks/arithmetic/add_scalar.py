"""AddScalar."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, Expression, real
from app.core.tensor_type import TensorType
from blocks.elementwise import with_number


@dataclass(frozen=True, kw_only=True)
class AddScalar(Block):
    """Every element plus a number.

    y = x + value
    Shapes: any, kept. Whole numbers plus a number with a decimal point become float32.
    Source: torch.add.
    """

    synonyms = ("add constant", "plus one", "shift", "offset")

    value: float = real(1, label="Number", help="What is added to every element.")

    def infer(self, input: TensorType) -> TensorType:
        return input.with_dtype(with_number(input.dtype, self.value))

    def call(self, input: TensorType) -> Expression:
        return Expression("input + value", value=self.value)

    def detail(self) -> str:
        return f"{self.value:+g}"
