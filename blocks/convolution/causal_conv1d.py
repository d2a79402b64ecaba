"""A convolution over a sequence that never looks ahead."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from app.core.block import Block, Module, Weight, flag, parameter, whole
from app.core.symbolic import Dim, exact_div
from app.core.tensor_type import TensorType
from blocks.convolution._convolution import DEFAULTS, Filters, dilation_field, kernel_field, stride_field
from blocks.parametrized import AROUND, SYNONYMS, depends_on_mode, parametrization_field, parametrized


@dataclass(frozen=True, kw_only=True)
class CausalConv1d(Filters, Block):
    """Convolution over a sequence that is padded on the left only, so that no position sees what comes after it.

    y[t] = b + sum over k of w[k] · x[t - dilation·k], x being 0 before the start. Stacked with dilation 1, 2, 4, … it
    reaches far back. Shapes: B×C×L → B×out_channels×L, or (L - 1)//stride + 1.
    Source: van den Oord et al., WaveNet: a generative model for raw audio, 2016, section 2.1.
    """

    dims = 1
    synonyms = ("wavenet", "tcn", "temporal convolution", "dilated", "autoregressive", "left padding", *SYNONYMS)

    out_channels: int = whole(64, low=1, label="Output channels", help="Number of filters, so of output maps.")
    kernel_size: int | tuple[int, ...] = kernel_field(1, 2)
    stride: int | tuple[int, ...] = stride_field(1)
    dilation: int | tuple[int, ...] = dilation_field(1)
    groups: int = whole(1, low=1, label="Groups", help="Input and output channels in this many separate groups.")
    bias: bool = flag(True, label="Bias", help="Adds a learnt number to each output map.")
    parametrization: str = parametrization_field()

    @property
    def trains(self) -> bool:  # type: ignore[override]  # it depends on an argument
        return depends_on_mode(self.parametrization)

    def infer(self, input: TensorType) -> TensorType:
        self._checked(input)
        return input.with_shape(input.shape[0], self.out_channels, self._length(input))

    def _length(self, input: TensorType) -> Dim:
        size, stride = input.shape[2], self.stride
        assert isinstance(stride, int)
        length: Dim = size if stride == 1 else (size - 1) // stride + 1
        return length

    def call(self, input: TensorType) -> Module:
        names = ("out_channels", "kernel_size", "stride", "dilation", "groups", "bias")
        arguments: dict[str, Any] = {"in_channels": input.shape[1]} | {name: getattr(self, name) for name in names}
        return Module(
            "CausalConv1d",
            arguments,
            positional=2,
            defaults={name: DEFAULTS[name] for name in names[2:]},
            source="causal_conv1d",
            around=AROUND[self.parametrization],
        )

    def weights(self, input: TensorType) -> dict[str, Weight]:
        own = exact_div(input.shape[1], self.groups)
        weights = {"weight": parameter(self.out_channels, own, *self._kernel())} | self._biases()
        return parametrized(weights, self.parametrization)

    def macs(self, input: TensorType) -> Dim:
        own = exact_div(input.shape[1], self.groups)
        total: Dim = input.shape[0] * math.prod([own, *self._kernel(), self.out_channels, self._length(input)])
        return total
