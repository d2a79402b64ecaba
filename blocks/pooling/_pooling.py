"""What pools have in common: windows that slide, and the sizes that they leave."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from app.core.block import Block, flag, pair, whole
from app.core.problems import SetArgument, ShapeError
from app.core.symbolic import Dim, smaller
from app.core.tensor_type import TensorType
from blocks.rules import each, floating, shaped, square

PATTERNS = {1: "B×C×L", 2: "B×C×H×W", 3: "B×C×D×H×W"}
SIDES = {1: ("length",), 2: ("height", "width"), 3: ("depth", "height", "width")}


def window_field(dims: int) -> Any:
    return _field(dims, 2, 1, "Window", "How many positions are taken together along each dimension.")


def stride_field(dims: int) -> Any:
    return _field(dims, None, 1, "Stride", "Step from one window to the next; nothing: the window's own size.")


def padding_field(dims: int) -> Any:
    return _field(dims, 0, 0, "Padding", "Positions added at each side, at most half of the window.")


def dilation_field(dims: int) -> Any:
    return _field(dims, 1, 1, "Dilation", "Distance between the positions that a window takes.")


def _field(dims: int, default: int | None, low: int, label: str, help: str) -> Any:
    if dims == 1:
        return whole(default, low=low, label=label, help=help)
    return pair(default, low=low, length=dims, label=label, help=help)


@dataclass(frozen=True, kw_only=True)
class Pool(Block):
    """Base of the pools with sliding windows."""

    dims: ClassVar[int]
    fits_unpadded: ClassVar[bool] = False
    """Whether torch wants the window to fit without padding and rounding, as it does for means over volumes."""
    kernel_size: int | tuple[int, ...] = 2
    stride: int | tuple[int, ...] | None = None
    padding: int | tuple[int, ...] = 0
    ceil_mode: bool = flag(False, label="Round up", help="A last window that hangs over the edge counts as well.")

    def _pooled(self, input: TensorType) -> TensorType:
        shaped(input, PATTERNS[self.dims])
        floating(input)
        sides = tuple(self._side(position, size) for position, size in enumerate(input.shape[2:]))
        return input.with_shape(*input.shape[:2], *sides)

    def _dilation(self) -> int | tuple[int, ...]:
        return 1

    def _largest_padding(self, kernel: int, reach: int) -> int:
        return reach // 2

    def _side(self, position: int, size: Dim) -> Dim:
        kernel, padding, dilation = (
            each(value, self.dims)[position] for value in (self.kernel_size, self.padding, self._dilation())
        )
        stride = kernel if self.stride is None else each(self.stride, self.dims)[position]
        side = SIDES[self.dims][position]
        reach = dilation * (kernel - 1) + 1
        self._check_padding(padding, self._largest_padding(kernel, reach))
        if self.fits_unpadded and smaller(size, kernel):
            raise ShapeError(
                f"The {side} must be at least as large as the window, {kernel}, without padding; {size} came. "
                "Take a smaller window, or reduce the size less before.",
                expected=f"{side} of at least {kernel}",
                came=str(size),
                part="kernel_size",
                fixes=(SetArgument("kernel_size", 1, "Set the window to 1"),),
            )
        room = size + 2 * padding
        count: Dim = (room - reach + (stride - 1 if self.ceil_mode else 0)) // stride + 1
        if self.ceil_mode and stride + padding > reach:
            count = self._without_empty(count, stride, size, padding)
        if smaller(count, 1):
            raise ShapeError(
                f"The window reaches over {reach} positions, but the {side} is {size} ({room} with padding). "
                "Take a smaller window, or reduce the size less before.",
                expected=f"{side} of at least {reach - 2 * padding}",
                came=str(size),
                part="kernel_size",
                fixes=(SetArgument("kernel_size", 1, "Set the window to 1"),),
            )
        return count

    def _without_empty(self, count: Dim, stride: int, size: Dim, padding: int) -> Dim:
        """Rounded up, the last window must still begin inside the input."""
        if not isinstance(size, int) or not isinstance(count, int):
            raise ShapeError(
                f"Rounding up, the number of windows depends on the size, and that is {size}. "
                "Give it a fixed size, or do not round up.",
                expected="a number",
                came=str(size),
                part="ceil_mode",
                fixes=(SetArgument("ceil_mode", False, "Do not round up"),),
            )
        return count - 1 if (count - 1) * stride >= size + padding else count

    def _check_padding(self, padding: int, largest: int) -> None:
        if padding > largest:
            raise ShapeError(
                f"The padding may be at most half of the window, {largest}; {padding} came. Use less.",
                expected=f"at most {largest}",
                came=str(padding),
                part="padding",
                fixes=(SetArgument("padding", largest, f"Set padding to {largest}"),),
            )

    def detail(self) -> str:
        corner = square(self.kernel_size, self.dims)
        if self.stride is None:
            return corner
        strides = each(self.stride, self.dims)
        return f"{corner} /{strides[0] if len(set(strides)) == 1 else square(self.stride, self.dims)}"
