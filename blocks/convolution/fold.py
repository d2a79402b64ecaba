"""nn.Fold."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Module, pair
from app.core.problems import ShapeError
from app.core.symbolic import differ, exact_div, indivisible, product
from app.core.tensor_type import TensorType
from blocks.convolution._convolution import dilation_field, kernel_field, padding_field, stride_field
from blocks.convolution._windows import Windows
from blocks.rules import each, floating, shaped


@dataclass(frozen=True, kw_only=True)
class Fold(Windows):
    """Puts windows that lie flat back into an image and adds up where they overlap: col2im, the opposite of Unfold.

    Shapes: B×(C·kh·kw)×L → B×C×H×W for an output size H, W in which L windows fit.
    Source: as torch.nn.Fold.
    """

    synonyms = ("col2im", "merge patches", "overlap add")

    output_size: int | tuple[int, ...] = pair(28, low=1, label="Output size", help="Height and width of the image.")
    kernel_size: int | tuple[int, ...] = kernel_field(2)
    dilation: int | tuple[int, ...] = dilation_field(2)
    padding: int | tuple[int, ...] = padding_field(2)
    stride: int | tuple[int, ...] = stride_field(2)

    def infer(self, input: TensorType) -> TensorType:
        shaped(input, "B×(C·kh·kw)×L")
        floating(input)
        size, kernel = each(self.output_size, 2), product(each(self.kernel_size, 2))
        count = product(self._counts(size))
        if indivisible(input.shape[1], kernel):
            raise ShapeError(
                f"Each window has {kernel} places, so the features are a multiple of that; {input.shape[1]} came.",
                expected=f"a multiple of {kernel}",
                came=str(input.shape[1]),
                part="kernel_size",
            )
        if differ(input.shape[2], count):
            raise ShapeError(
                f"{count} windows fit into an image of {size[0]}×{size[1]}; {input.shape[2]} came. "
                "Give the size that they were taken from.",
                expected=f"{count} windows",
                came=str(input.shape[2]),
                part="output_size",
            )
        return input.with_shape(input.shape[0], exact_div(input.shape[1], kernel), *size)

    def call(self, input: TensorType) -> Module:
        return self._module("nn.Fold", "F.fold", {"output_size": self.output_size})
