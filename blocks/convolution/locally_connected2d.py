"""A convolution that shares no weights between places."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.core.block import Block, Module, Weight, flag, parameter, whole
from app.core.problems import SetArgument, ShapeError
from app.core.symbolic import Dim, product, smaller
from app.core.tensor_type import TensorType
from blocks.convolution._convolution import unflattening
from blocks.rules import float32, known, shaped


@dataclass(frozen=True, kw_only=True)
class LocallyConnected2d(Block):
    """Like a convolution, but every place has filters of its own: for images whose parts stay in place, as faces.

    y[o, i, j] = b[o, i, j] + sum over the window at (i, j) of w[i, j, o] · x.
    Shapes: B×C×H×W → B×out_channels×H'×W', each size n becoming (n + 2·padding - kernel_size)//stride + 1.
    Source: LeCun, Generalization and network design strategies, 1989.
    """

    synonyms = ("unshared convolution", "local layer", "yolo", "deepface")

    out_channels: int = whole(64, low=1, label="Output channels", help="Number of filters at each place.")
    kernel_size: int = whole(3, low=1, label="Kernel size", help="Height and width of each filter.")
    stride: int = whole(1, low=1, label="Stride", help="Step from one place to the next.")
    padding: int = whole(0, low=0, label="Padding", help="Zeros added at each side.")
    bias: bool = flag(True, label="Bias", help="Adds a learnt number to each output.")

    def infer(self, input: TensorType) -> TensorType:
        shaped(input, "B×C×H×W", fixes=unflattening(input, 2))
        float32(input)
        for what, size in zip(("number of channels", "height", "width"), input.shape[1:], strict=True):
            known(size, what)
        for size in input.shape[2:]:
            if smaller(size + 2 * self.padding, self.kernel_size):
                raise ShapeError(
                    f"The filters reach over {self.kernel_size} positions, but the map has {size} "
                    f"({size + 2 * self.padding} with padding). Take smaller ones or more padding.",
                    expected=f"at least {self.kernel_size - 2 * self.padding}",
                    came=str(size),
                    part="kernel_size",
                    fixes=(SetArgument("kernel_size", 1, "Take a kernel of 1"),),
                )
        return input.with_shape(input.shape[0], self.out_channels, *self._sides(input))

    def _sides(self, input: TensorType) -> tuple[Dim, ...]:
        return tuple((size + 2 * self.padding - self.kernel_size) // self.stride + 1 for size in input.shape[2:])

    def _seen(self, input: TensorType) -> Dim:
        seen: Dim = product([input.shape[1], self.kernel_size, self.kernel_size])
        return seen

    def call(self, input: TensorType) -> Module:
        arguments: dict[str, Any] = {"in_channels": input.shape[1], "out_channels": self.out_channels}
        arguments["input_size"] = input.shape[2:]
        for name in ("kernel_size", "stride", "padding", "bias"):
            arguments[name] = getattr(self, name)
        defaults = {"stride": 1, "padding": 0, "bias": True}
        return Module("LocallyConnected2d", arguments, positional=2, defaults=defaults, source="locally_connected2d")

    def weights(self, input: TensorType) -> dict[str, Weight]:
        sides = self._sides(input)
        weights = {"weight": parameter(product(sides), self.out_channels, self._seen(input))}
        return weights | ({"bias": parameter(self.out_channels, *sides)} if self.bias else {})

    def macs(self, input: TensorType) -> Dim:
        total: Dim = input.shape[0] * product([*self._sides(input), self.out_channels, self._seen(input)])
        return total

    def detail(self) -> str:
        return f"{self.kernel_size}×{self.kernel_size}" + (f" /{self.stride}" if self.stride > 1 else "")
