"""FullLike."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, Expression, real
from app.core.problems import SetArgument, ShapeError
from app.core.tensor_type import TensorType
from blocks.elementwise import kind


@dataclass(frozen=True, kw_only=True)
class FullLike(Block):
    """A tensor in the shape of another one that holds one number everywhere: smoothed labels.

    Shapes: any, kept.
    Source: torch.full_like.
    """

    synonyms = ("constant", "label smoothing", "fill", "value")

    value: float = real(0.9, label="Number", help="What every element is.")

    def infer(self, input: TensorType) -> TensorType:
        if kind(input.dtype) < 2 and isinstance(self.value, float):
            raise ShapeError(
                f"A tensor of whole numbers cannot hold {self.value}. Use a whole number, or Cast to float32 first.",
                expected="a whole number",
                came=str(self.value),
                part="value",
                fixes=(SetArgument("value", round(self.value), f"Take {round(self.value)}"),),
            )
        return input

    def call(self, input: TensorType) -> Expression:
        return Expression("torch.full_like(input, value)", value=self.value)

    def detail(self) -> str:
        return f"{self.value:g}"
