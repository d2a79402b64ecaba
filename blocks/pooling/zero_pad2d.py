"""nn.ZeroPad2d."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, Module, pair
from app.core.tensor_type import TensorType
from blocks.rules import each, numeric, positive, shaped, text

SIDES = ("left", "right", "top", "bottom")


@dataclass(frozen=True, kw_only=True)
class ZeroPad2d(Block):
    """Adds rows and columns of zeros around maps; negative numbers cut them off.

    Shapes: B×C×H×W → B×C×(H + top + bottom)×(W + left + right).
    Source: as torch.nn.ZeroPad2d.
    """

    synonyms = ("padding", "pad", "border", "crop")

    padding: int | tuple[int, ...] = pair(
        1, length=4, label="Padding", help="Left, right, top and bottom, or one number for all four."
    )

    def infer(self, input: TensorType) -> TensorType:
        shaped(input, "B×C×H×W")
        numeric(input)
        left, right, top, bottom = each(self.padding, 4)
        batch, channels, height, width = input.shape
        height, width = height + (top + bottom), width + (left + right)
        for side, size in (("height", height), ("width", width)):
            positive(size, f"The {side} would become {size}: more is cut off than there is. Cut off less.")
        return input.with_shape(batch, channels, height, width)

    def call(self, input: TensorType) -> Module:
        template = "F.pad(input, padding)"
        if isinstance(self.padding, int):
            template = "F.pad(input, (padding, padding, padding, padding))"
        return Module("nn.ZeroPad2d", {"padding": self.padding}, positional=1, functional=template)

    def detail(self) -> str:
        return text(self.padding, " ")
