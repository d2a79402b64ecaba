"""What adaptive pools have in common: the size that comes out is given, the windows follow from it."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, Module, pair
from app.core.tensor_type import TensorType
from blocks.rules import each, floating, shaped, square


@dataclass(frozen=True, kw_only=True)
class AdaptivePool(Block):
    """Base of AdaptiveAvgPool2d and AdaptiveMaxPool2d."""

    output_size: int | tuple[int, ...] = pair(
        1, low=1, label="Output size", help="Height and width that come out; 1 is global pooling."
    )

    def infer(self, input: TensorType) -> TensorType:
        shaped(input, "B×C×H×W")
        floating(input)
        return input.with_shape(*input.shape[:2], *each(self.output_size, 2))

    def _call(self, name: str, function: str) -> Module:
        arguments = {"output_size": self.output_size}
        return Module(name, arguments, positional=1, functional=f"{function}(input, output_size)")

    def detail(self) -> str:
        return f"→ {square(self.output_size, 2)}"
