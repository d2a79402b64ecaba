"""nn.Unfold."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Module
from app.core.symbolic import product
from app.core.tensor_type import TensorType
from blocks.convolution._convolution import dilation_field, kernel_field, padding_field, stride_field
from blocks.convolution._windows import Windows
from blocks.rules import floating, shaped


@dataclass(frozen=True, kw_only=True)
class Unfold(Windows):
    """Takes out every window of an image and lays it flat, one behind the other: im2col.

    Shapes: B×C×H×W → B×(C·kh·kw)×L, L the number of windows, row by row; each size n has
    floor((n + 2·padding - dilation·(kernel - 1) - 1) / stride) + 1 of them.
    Source: as torch.nn.Unfold.
    """

    synonyms = ("im2col", "sliding window", "patches", "extract patches")

    kernel_size: int | tuple[int, ...] = kernel_field(2)
    dilation: int | tuple[int, ...] = dilation_field(2)
    padding: int | tuple[int, ...] = padding_field(2)
    stride: int | tuple[int, ...] = stride_field(2)

    def infer(self, input: TensorType) -> TensorType:
        shaped(input, "B×C×H×W")
        floating(input)
        counts = self._counts(input.shape[2:])
        kernel = self.kernel_size if isinstance(self.kernel_size, tuple | list) else (self.kernel_size,) * 2
        return input.with_shape(input.shape[0], product([input.shape[1], *kernel]), product(counts))

    def call(self, input: TensorType) -> Module:
        return self._module("nn.Unfold", "F.unfold", {})
