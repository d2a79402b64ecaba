"""What the convolutions of one, two and three dimensions have in common."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, ClassVar

from app.core.block import Block, Module, Weight, choice, flag, pair, parameter, whole
from app.core.problems import Fix, InsertBefore, SetArgument, ShapeError
from app.core.symbolic import Dim, exact_div, indivisible, product, smaller
from app.core.tensor_type import TensorType
from blocks.parametrized import AROUND, depends_on_mode, parametrization_field, parametrized
from blocks.rules import each, float32, known, positive, shaped, square

PATTERNS = {1: "B×C×L", 2: "B×C×H×W", 3: "B×C×D×H×W"}
SIDES = {1: ("length",), 2: ("height", "width"), 3: ("depth", "height", "width")}
DEFAULTS = {"stride": 1, "padding": 0, "dilation": 1, "groups": 1, "bias": True}


def kernel_field(dims: int, default: int = 3) -> Any:
    return size_field(dims, default, 1, "Kernel size", "How far each filter reaches along each dimension.")


def stride_field(dims: int, default: int = 1) -> Any:
    return size_field(dims, default, 1, "Stride", "Step from one output position to the next; 2 halves the size.")


def padding_field(dims: int, default: int = 0) -> Any:
    return size_field(dims, default, 0, "Padding", "Positions added at each side; (kernel - 1) / 2 keeps the size.")


def dilation_field(dims: int) -> Any:
    return size_field(dims, 1, 1, "Dilation", "Distance between the positions that a filter looks at.")


def size_field(dims: int, default: int, low: int, label: str, help: str) -> Any:
    if dims == 1:
        return whole(default, low=low, label=label, help=help)
    return pair(default, low=low, length=dims, label=label, help=help)


class Filters:
    """What all layers with filters check and hold, whichever fields they have: a mixin without fields."""

    dims: ClassVar[int]
    out_channels: int
    kernel_size: int | tuple[int, ...]
    stride: int | tuple[int, ...]
    padding: int | tuple[int, ...]
    dilation: int | tuple[int, ...]
    groups: int
    bias: bool
    parametrization: str

    def _checked(self, input: TensorType) -> int:
        """The input's channels, once shape, dtype and groups are right."""
        shaped(input, PATTERNS[self.dims], fixes=unflattening(input, self.dims))
        float32(input)
        channels = known(input.shape[1], "number of channels")
        if self.groups != 1:
            self._check_groups(channels)
        return channels

    def _check_groups(self, channels: int) -> None:
        for what, count in (("input", channels), ("output", self.out_channels)):
            if indivisible(count, self.groups):
                raise ShapeError(
                    f"The {count} {what} channels cannot be split into {self.groups} equal groups. "
                    "Choose a number of groups that divides both.",
                    expected=f"a multiple of {self.groups}",
                    came=str(count),
                    part="groups",
                    fixes=(SetArgument("groups", math.gcd(channels, self.out_channels), "Set groups to a divisor"),),
                )

    def _kernel(self) -> tuple[int, ...]:
        return each(self.kernel_size, self.dims)

    def _biases(self) -> dict[str, Weight]:
        return {"bias": parameter(self.out_channels)} if self.bias else {}

    def detail(self) -> str:
        corner = square(self.kernel_size, self.dims)
        strides = each(self.stride, self.dims)
        if any(step != 1 for step in strides):
            corner += f" /{strides[0] if len(set(strides)) == 1 else square(self.stride, self.dims)}"
        return corner


class Sliding(Filters):
    """How far filters come that slide over their input: a mixin without fields."""

    padding_mode: str

    def _sides(self, input: TensorType) -> list[Dim]:
        """Sizes of the output, in the order of the dimensions."""
        kernels, strides = each(self.kernel_size, self.dims), each(self.stride, self.dims)
        paddings, dilations = each(self.padding, self.dims), each(self.dilation, self.dims)
        sizes, names = input.shape[2:], SIDES[self.dims]
        return list(map(self._side, sizes, kernels, strides, paddings, dilations, names))

    def _side(self, size: Dim, kernel: int, stride: int, padding: int, dilation: int, side: str) -> Dim:
        self._check_padding(padding, size, side)
        reach = dilation * (kernel - 1) + 1
        room = size + 2 * padding
        if smaller(room, reach):
            raise ShapeError(
                f"The kernel reaches over {reach} positions, but the {side} is {size} ({room} with padding). "
                "Take a smaller kernel or more padding, or reduce the size less before.",
                expected=f"{side} of at least {reach - 2 * padding}",
                came=str(size),
                part="kernel_size",
                fixes=(SetArgument("padding", reach // 2, f"Set padding to {reach // 2}"),),
            )
        return (room - reach) // stride + 1

    def _check_padding(self, padding: int, size: Dim, side: str) -> None:
        mode = self.padding_mode
        least = padding + 1 if mode == "reflect" else padding if mode == "circular" else 1
        if smaller(size, least):
            raise ShapeError(
                f"Padding {padding} in mode {self.padding_mode} needs a {side} of at least {least}; {size} came. "
                "Use less padding or the mode zeros.",
                expected=f"{side} of at least {least}",
                came=str(size),
                part="padding",
                fixes=(SetArgument("padding_mode", "zeros", "Pad with zeros"),),
            )


@dataclass(frozen=True, kw_only=True)
class Convolution(Filters, Block):
    """Base of Conv1d, Conv2d, Conv3d and of the transposed ones."""

    out_channels: int = whole(64, low=1, label="Output channels", help="Number of filters, so of output maps.")
    kernel_size: int | tuple[int, ...] = 3
    stride: int | tuple[int, ...] = 1
    padding: int | tuple[int, ...] = 0
    dilation: int | tuple[int, ...] = 1
    groups: int = whole(
        1,
        low=1,
        label="Groups",
        help="Input and output channels in this many separate groups; =x.channels is depthwise.",
    )
    bias: bool = flag(True, label="Bias", help="Adds a learnt number to each output map; not needed before a norm.")
    parametrization: str = parametrization_field()

    @property
    def trains(self) -> bool:  # type: ignore[override]  # it depends on an argument
        return depends_on_mode(self.parametrization)


@dataclass(frozen=True, kw_only=True)
class Forward(Sliding, Convolution):
    """Base of the convolutions that look at their input; transposed ones paint their output."""

    padding_mode: str = choice(
        "zeros",
        "zeros",
        "reflect",
        "replicate",
        "circular",
        label="Padding with",
        help="What the added positions hold.",
    )

    def infer(self, input: TensorType) -> TensorType:
        self._checked(input)
        return TensorType((input.shape[0], self.out_channels, *self._sides(input)), input.dtype)

    def call(self, input: TensorType) -> Module:
        arguments = {"in_channels": input.shape[1], "out_channels": self.out_channels}
        for name in ("kernel_size", "stride", "padding", "dilation", "groups", "bias", "padding_mode"):
            arguments[name] = getattr(self, name)
        defaults = {**DEFAULTS, "padding_mode": "zeros"}
        around = AROUND[self.parametrization]
        return Module(f"nn.Conv{self.dims}d", arguments, positional=2, defaults=defaults, around=around)

    def weights(self, input: TensorType) -> dict[str, Weight]:
        own = exact_div(input.shape[1], self.groups)
        weights = {"weight": parameter(self.out_channels, own, *self._kernel())} | self._biases()
        return parametrized(weights, self.parametrization)

    def macs(self, input: TensorType) -> Dim:
        channels = exact_div(input.shape[1], self.groups)
        of_each = math.prod([channels, *self._kernel(), self.out_channels, *self._sides(input)])
        total: Dim = input.shape[0] * of_each  # a batch that is not known comes last: numbers are multiplied quicker
        return total


@dataclass(frozen=True, kw_only=True)
class Transposed(Convolution):
    """Base of the transposed convolutions: each input position paints a kernel's worth of output."""

    output_padding: int | tuple[int, ...] = 0

    def infer(self, input: TensorType) -> TensorType:
        self._checked(input)
        sides = tuple(self._side(position, size) for position, size in enumerate(input.shape[2:]))
        return input.with_shape(input.shape[0], self.out_channels, *sides)

    def _side(self, position: int, size: Dim) -> Dim:
        kernel, stride, padding, dilation, extra = (
            each(value, self.dims)[position]
            for value in (self.kernel_size, self.stride, self.padding, self.dilation, self.output_padding)
        )
        if extra >= max(stride, dilation):
            raise ShapeError(
                f"The output padding must be smaller than the stride ({stride}) or the dilation ({dilation}); "
                f"{extra} came. It only chooses between sizes that the stride cannot tell apart.",
                expected=f"less than {max(stride, dilation)}",
                came=str(extra),
                part="output_padding",
                fixes=(SetArgument("output_padding", 0, "Set the output padding to 0"),),
            )
        result: Dim = (size - 1) * stride - 2 * padding + dilation * (kernel - 1) + extra + 1
        side = SIDES[self.dims][position]
        positive(
            result, f"The {side} would become {result}: the padding takes away more than there is. Use less padding."
        )
        return result

    def call(self, input: TensorType) -> Module:
        arguments = {"in_channels": input.shape[1], "out_channels": self.out_channels}
        for name in ("kernel_size", "stride", "padding", "output_padding", "groups", "bias", "dilation"):
            arguments[name] = getattr(self, name)
        defaults = {**DEFAULTS, "output_padding": 0}
        around = AROUND[self.parametrization]
        return Module(f"nn.ConvTranspose{self.dims}d", arguments, positional=2, defaults=defaults, around=around)

    def weights(self, input: TensorType) -> dict[str, Weight]:
        own = exact_div(self.out_channels, self.groups)
        weights = {"weight": parameter(input.shape[1], own, *self._kernel())} | self._biases()
        return parametrized(weights, self.parametrization, rows=1)

    def macs(self, input: TensorType) -> Dim:
        per_input = product([exact_div(self.out_channels, self.groups), *self._kernel()])
        total: Dim = product(input.shape) * per_input
        return total


def unflattening(input: TensorType, dims: int) -> tuple[Fix, ...]:
    """How a flat input could become maps again: 784 is 1×28×28, 3072 is 3×32×32; a map without channels gets one."""
    if input.rank == dims + 1 and isinstance(input.shape[1], int):
        size: tuple[int, ...] = (1, input.shape[1])
    elif input.rank == 2 and isinstance(input.shape[1], int):
        found = _maps(input.shape[1], dims)
        if found is None:
            return ()
        size = found
    else:
        return ()
    shown = "×".join(str(item) for item in size)
    label = f"Put an Unflatten of dimension 1 to {shown} before it"
    return (InsertBefore("input", "Unflatten", {"dim": 1, "unflattened_size": size}, label),)


def _maps(features: int, dims: int) -> tuple[int, ...] | None:
    for channels in (1, 3, 2, 4):
        side = round((features / channels) ** (1 / dims))
        if side > 1 and channels * side**dims == features:
            return (channels, *(side for _ in range(dims)))
    return None
