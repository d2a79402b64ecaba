"""A convolution over images with holes."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from app.core.block import Module, Weight, parameter, port
from app.core.symbolic import Dim, exact_div
from app.core.tensor_type import TensorType
from blocks.convolution._convolution import (
    DEFAULTS,
    Convolution,
    Sliding,
    dilation_field,
    kernel_field,
    padding_field,
    stride_field,
)
from blocks.parametrized import AROUND, SYNONYMS, parametrized
from blocks.rules import float32, same_size, shaped, wrong_shape


@dataclass(frozen=True, kw_only=True)
class PartialConv2d(Sliding, Convolution):
    """Convolution that looks only at the pixels that a mask calls known, and says which it could fill.

    y = w * (x · mask) · (window / sum of mask in the window) + b, and 0 where the window knows nothing; the new mask is
    1 where it knows anything. Shapes: B×C×H×W and a mask B×1×H×W of 0 and 1 → B×out_channels×H'×W' and B×1×H'×W'.
    Source: Liu et al., Image inpainting for irregular holes using partial convolutions, 2018.
    """

    inputs = (port("input", "Maps, B×C×H×W."), port("mask", "1 where a pixel is known, 0 in holes; B×1×H×W."))
    outputs = (port("output"), port("known", "1 where anything was seen, B×1×H'×W'."))
    dims = 2
    padding_mode = "zeros"
    synonyms = ("inpainting", "holes", "masked convolution", "missing pixels", *SYNONYMS)

    kernel_size: int | tuple[int, ...] = kernel_field(2)
    stride: int | tuple[int, ...] = stride_field(2)
    padding: int | tuple[int, ...] = padding_field(2, 1)
    dilation: int | tuple[int, ...] = dilation_field(2)

    def infer(self, input: TensorType, mask: TensorType) -> tuple[TensorType, ...]:
        self._checked(input)
        shaped(mask, "B×1×H×W", "mask")
        float32(mask, "mask")
        if mask.shape[1] != 1:
            raise wrong_shape(mask, "B×1×H×W", "mask")
        for what, at in (("batch", 0), ("height", 2), ("width", 3)):
            same_size(mask.shape[at], input.shape[at], what, "mask", "input")
        sides = self._sides(input)
        batch = input.shape[0]
        return input.with_shape(batch, self.out_channels, *sides), input.with_shape(batch, 1, *sides)

    def call(self, input: TensorType, mask: TensorType) -> Module:
        names = ("kernel_size", "stride", "padding", "dilation", "groups", "bias")
        arguments: dict[str, Any] = {"in_channels": input.shape[1], "out_channels": self.out_channels}
        return Module(
            "PartialConv2d",
            arguments | {name: getattr(self, name) for name in names},
            positional=2,
            defaults=DEFAULTS,
            source="partial_conv2d",
            around=AROUND[self.parametrization],
        )

    def weights(self, input: TensorType, mask: TensorType) -> dict[str, Weight]:
        own = exact_div(input.shape[1], self.groups)
        weights = {"weight": parameter(self.out_channels, own, *self._kernel())} | self._biases()
        return parametrized(weights, self.parametrization)

    def macs(self, input: TensorType, mask: TensorType) -> Dim:
        """Those of the convolution, and one more channel's to count what is known."""
        each = math.prod([*self._kernel(), *self._sides(input)])
        channels = exact_div(input.shape[1], self.groups) * self.out_channels + 1
        total: Dim = input.shape[0] * (channels * each)
        return total
