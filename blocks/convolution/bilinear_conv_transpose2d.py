"""A transposed convolution that starts as bilinear interpolation."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, Module, Weight, parameter, whole
from app.core.symbolic import Dim, product
from app.core.tensor_type import TensorType
from blocks.convolution._convolution import unflattening
from blocks.rules import float32, known, shaped


@dataclass(frozen=True, kw_only=True)
class BilinearConvTranspose2d(Block):
    """Transposed convolution that starts as bilinear interpolation: maps made larger, at first without learning.

    Each input position paints a tent of 2·stride by 2·stride into its own channel; what the channels and places have
    to do with each other is learnt from there. The outer rim sees one position only and is mostly cropped away.
    Shapes: B×C×H×W → B×C×(H + 1)·stride×(W + 1)·stride.
    Source: Long et al., Fully convolutional networks for semantic segmentation, 2015.
    """

    synonyms = ("deconvolution", "learnt upsampling", "bilinear initialisation", "upscore", "FCN")

    stride: int = whole(2, low=1, high=64, label="Stride", help="How many times larger the maps become.")

    def infer(self, input: TensorType) -> TensorType:
        shaped(input, "B×C×H×W", fixes=unflattening(input, 2))
        float32(input)
        known(input.shape[1], "number of channels")
        return input.with_shape(*input.shape[:2], *((size + 1) * self.stride for size in input.shape[2:]))

    def call(self, input: TensorType) -> Module:
        arguments = {"channels": input.shape[1], "stride": self.stride}
        return Module(
            "BilinearConvTranspose2d",
            arguments,
            positional=1,
            defaults={"stride": 2},
            source="bilinear_conv_transpose2d",
        )

    def weights(self, input: TensorType) -> dict[str, Weight]:
        return {"weight": parameter(input.shape[1], input.shape[1], 2 * self.stride, 2 * self.stride)}

    def macs(self, input: TensorType) -> Dim:
        total: Dim = product(input.shape) * (input.shape[1] * (2 * self.stride) ** 2)
        return total

    def detail(self) -> str:
        return f"×{self.stride}"
