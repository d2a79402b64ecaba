"""LeNet's trainable subsampling."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, Module, Weight, parameter, whole
from app.core.symbolic import Dim, product
from app.core.tensor_type import TensorType
from blocks.rules import float32, known, positive, shaped


@dataclass(frozen=True, kw_only=True)
class Subsampling(Block):
    """LeNet's pool that learns: the sum of each window times a coefficient plus a bias, both one for each map.

    y[c] = weight[c] · (sum over the window of x[c]) + bias[c]; windows do not overlap.
    Shapes: B×C×H×W → B×C×(H // kernel_size)×(W // kernel_size).
    Source: LeCun et al., Gradient-based learning applied to document recognition, 1998, section II.
    """

    synonyms = ("lenet pooling", "trainable pooling", "sum pooling", "downsampling")

    kernel_size: int = whole(2, low=1, label="Window", help="Height and width of the windows.")

    def infer(self, input: TensorType) -> TensorType:
        shaped(input, "B×C×H×W")
        float32(input)
        known(input.shape[1], "number of channels")
        sides = [size // self.kernel_size for size in input.shape[2:]]
        for size, side in zip(input.shape[2:], sides, strict=True):
            positive(side, f"A window of {self.kernel_size} does not fit into a size of {size}. Take a smaller one.")
        return input.with_shape(*input.shape[:2], *sides)

    def call(self, input: TensorType) -> Module:
        arguments = {"channels": input.shape[1], "kernel_size": self.kernel_size}
        return Module("Subsampling", arguments, positional=1, defaults={"kernel_size": 2}, source="subsampling")

    def weights(self, input: TensorType) -> dict[str, Weight]:
        return {"weight": parameter(input.shape[1]), "bias": parameter(input.shape[1])}

    def macs(self, input: TensorType) -> Dim:
        total: Dim = product(self.infer(input).shape)
        return total

    def detail(self) -> str:
        return f"{self.kernel_size}×{self.kernel_size}"
