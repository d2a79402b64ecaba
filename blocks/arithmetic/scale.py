"""Scale."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, Expression, real
from app.core.tensor_type import TensorType
from blocks.elementwise import with_number


@dataclass(frozen=True, kw_only=True)
class Scale(Block):
    """Every element times a number.

    y = scale · x
    Shapes: any, kept. Whole numbers times a number with a decimal point become float32.
    Source: torch.mul.
    """

    synonyms = ("multiply by constant", "temperature", "weight", "factor")

    scale: float = real(0.5, label="Factor", help="What every element is multiplied by.")

    def infer(self, input: TensorType) -> TensorType:
        return input.with_dtype(with_number(input.dtype, self.scale))

    def call(self, input: TensorType) -> Expression:
        return Expression("input * scale", scale=self.scale)

    def detail(self) -> str:
        return f"×{self.scale:g}"
