"""What the depthwise convolutions have in common."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from app.core.block import Block, Module, Weight, choice, flag, parameter, whole
from app.core.symbolic import Dim
from app.core.tensor_type import TensorType
from blocks.convolution._convolution import DEFAULTS, PATTERNS, Sliding, unflattening
from blocks.parametrized import AROUND, depends_on_mode, parametrization_field, parametrized
from blocks.rules import float32, known, shaped


@dataclass(frozen=True, kw_only=True)
class Depthwise(Sliding, Block):
    """Base of DepthwiseConv1d, 2d and 3d: groups and output channels follow from the input's channels."""

    multiplier: int = whole(1, low=1, label="Multiplier", help="How many filters each channel has, so output maps.")
    kernel_size: int | tuple[int, ...] = 3
    stride: int | tuple[int, ...] = 1
    padding: int | tuple[int, ...] = 0
    dilation: int | tuple[int, ...] = 1
    bias: bool = flag(True, label="Bias", help="Adds a learnt number to each output map; not needed before a norm.")
    parametrization: str = parametrization_field()
    padding_mode: str = choice(
        "zeros",
        "zeros",
        "reflect",
        "replicate",
        "circular",
        label="Padding with",
        help="What the added positions hold.",
    )

    @property
    def trains(self) -> bool:  # type: ignore[override]  # it depends on an argument
        return depends_on_mode(self.parametrization)

    def infer(self, input: TensorType) -> TensorType:
        shaped(input, PATTERNS[self.dims], fixes=unflattening(input, self.dims))
        float32(input)
        known(input.shape[1], "number of channels")
        return input.with_shape(input.shape[0], self._maps(input), *self._sides(input))

    def _maps(self, input: TensorType) -> Dim:
        channels = input.shape[1]
        return channels if self.multiplier == 1 else channels * self.multiplier

    def call(self, input: TensorType) -> Module:
        arguments: dict[str, Any] = {"in_channels": input.shape[1], "out_channels": self._maps(input)}
        for name in ("kernel_size", "stride", "padding", "dilation"):
            arguments[name] = getattr(self, name)
        arguments |= {"groups": input.shape[1], "bias": self.bias, "padding_mode": self.padding_mode}
        defaults = {**DEFAULTS, "padding_mode": "zeros"}
        around = AROUND[self.parametrization]
        return Module(f"nn.Conv{self.dims}d", arguments, positional=2, defaults=defaults, around=around)

    def weights(self, input: TensorType) -> dict[str, Weight]:
        maps = self._maps(input)
        weights = {"weight": parameter(maps, 1, *self._kernel())}
        if self.bias:
            weights["bias"] = parameter(maps)
        return parametrized(weights, self.parametrization)

    def macs(self, input: TensorType) -> Dim:
        of_each = math.prod([self._maps(input), *self._kernel(), *self._sides(input)])
        total: Dim = input.shape[0] * of_each
        return total
