"""CenterCrop."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, Expression, pair
from app.core.problems import ShapeError
from app.core.symbolic import Dim, Symbol
from app.core.tensor_type import TensorType
from blocks.rules import at_least_rank, each, square


@dataclass(frozen=True, kw_only=True)
class CenterCrop(Block):
    """The middle of images, of a given size.

    y = x[top : top + height, left : left + width], with top = (H - height) // 2 and left = (W - width) // 2
    Shapes: ...×H×W → ...×height×width.
    Source: as torchvision.transforms.CenterCrop. Crop cuts to the size of other maps.
    """

    synonyms = ("cut", "crop", "middle", "test crop", "trim")

    size: int | tuple[int, ...] = pair(8, low=1, label="Size", help="Height and width that stay.")

    def infer(self, input: TensorType) -> TensorType:
        at_least_rank(input, 2, "images, ...×H×W")
        height, width = each(self.size, 2)
        for name, side, kept in (("height", input.shape[-2], height), ("width", input.shape[-1], width)):
            if isinstance(side, Symbol):
                raise ShapeError(
                    f"To find the middle the {name} must be known; {side} came. Give it a fixed size, or take Crop.",
                    expected="a number",
                    came=str(side),
                    part="input",
                )
            if side < kept:
                raise ShapeError(
                    f"A {name} of {kept} cannot be cut from one of {side}. Take a smaller size, or Pad first.",
                    expected=f"at most {side}",
                    came=str(kept),
                    part="size",
                )
        return input.with_shape(*input.shape[:-2], height, width)

    def call(self, input: TensorType) -> Expression:
        self.infer(input)
        height, width = each(self.size, 2)
        starts = [_first(side, kept) for side, kept in zip(input.shape[-2:], (height, width), strict=True)]
        top, left = starts
        bottom, right = top + height, left + width
        return Expression("input[..., top:bottom, left:right]", top=top, left=left, bottom=bottom, right=right)

    def detail(self) -> str:
        return square(self.size, 2)


def _first(side: Dim, kept: int) -> Dim:
    found: Dim = (side - kept) // 2
    return found
