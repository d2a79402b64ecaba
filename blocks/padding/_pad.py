"""What paddings of sequences, maps and volumes have in common."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from app.core.block import Block, Module, pair
from app.core.problems import ShapeError
from app.core.symbolic import Dim, smaller
from app.core.tensor_type import TensorType
from blocks.elementwise import INEXACT, dtype_among
from blocks.rules import each, numeric, positive, shaped, text

PATTERNS = {1: "B×C×L", 2: "B×C×H×W", 3: "B×C×D×H×W"}
SIDES = {1: ("length",), 2: ("height", "width"), 3: ("depth", "height", "width")}
ORDER = {
    1: "Left and right, or one number for both",
    2: "Left, right, top and bottom, or one number for all four",
    3: "Left, right, top, bottom, front and back, or one number for all six",
}


def padding_field(dims: int, low: int | None = None) -> Any:
    return pair(1, low=low, length=2 * dims, label="Padding", help=f"{ORDER[dims]}.")


@dataclass(frozen=True, kw_only=True)
class Padding(Block):
    """Base of all paddings. ``mode``: what F.pad needs beside the numbers, with a comma before; "" for zeros."""

    dims: ClassVar[int]
    mode: ClassVar[str]
    padding: int | tuple[int, ...] = 1

    def infer(self, input: TensorType) -> TensorType:
        shaped(input, PATTERNS[self.dims])
        self._check_dtype(input)
        around = each(self.padding, 2 * self.dims)
        sides = []
        for at, (name, size) in enumerate(zip(SIDES[self.dims], input.shape[2:], strict=True)):
            last = 2 * (self.dims - 1 - at)  # torch begins with the last dimension
            sides.append(self._side(name, size, around[last], around[last + 1]))
        return input.with_shape(*input.shape[:2], *sides)

    def _check_dtype(self, input: TensorType) -> None:
        numeric(input)

    def _side(self, name: str, size: Dim, before: int, after: int) -> Dim:
        total: Dim = size + (before + after)
        more = f"The {name} would become {total}: more is cut off than there is. Cut off less."
        positive(total, more, "padding")
        if smaller(size, -min(before, 0) - min(after, 0)):  # torch cuts off before it adds
            raise ShapeError(
                f"Cutting off {-min(before, 0) - min(after, 0)} takes more than the {name} of {size}. Cut off less.",
                expected=f"{name} of at least {-min(before, 0) - min(after, 0)}",
                came=str(size),
                part="padding",
            )
        return total

    def call(self, input: TensorType) -> Module:
        name = type(self).__name__
        return Module(f"nn.{name}", {"padding": self.padding}, positional=1, functional=self._functional(self.mode))

    def _functional(self, more: str) -> str:
        around = f"({', '.join(['padding'] * 2 * self.dims)})" if isinstance(self.padding, int) else "padding"
        return f"F.pad(input, {around}{more})"

    def detail(self) -> str:
        return text(self.padding, " ")[:20]


@dataclass(frozen=True, kw_only=True)
class FromBorder(Padding):
    """Base of the paddings that take what they add from the input."""

    def _check_dtype(self, input: TensorType) -> None:
        dtype_among(input, INEXACT)

    def _least(self, before: int, after: int) -> int:
        """How large a size must be to have enough to take."""
        return 1

    def _side(self, name: str, size: Dim, before: int, after: int) -> Dim:
        least = self._least(before, after)
        if smaller(size, least):
            raise ShapeError(
                f"Padding by {before} and {after} takes what it adds from the input, so the {name} must be at least "
                f"{least}; {size} came. Use less padding, or zeros.",
                expected=f"{name} of at least {least}",
                came=str(size),
                part="padding",
            )
        total: Dim = size + (before + after)
        return total


@dataclass(frozen=True, kw_only=True)
class ZeroPad(Padding):
    """Base of ZeroPad1d, ZeroPad2d and ZeroPad3d."""

    mode = ""


@dataclass(frozen=True, kw_only=True)
class ReflectionPad(FromBorder):
    """Base of ReflectionPad1d, ReflectionPad2d and ReflectionPad3d."""

    mode = ', mode="reflect"'

    def _least(self, before: int, after: int) -> int:
        return max(before, after) + 1


@dataclass(frozen=True, kw_only=True)
class ReplicationPad(FromBorder):
    """Base of ReplicationPad1d, ReplicationPad2d and ReplicationPad3d."""

    mode = ', mode="replicate"'


@dataclass(frozen=True, kw_only=True)
class CircularPad(FromBorder):
    """Base of CircularPad1d, CircularPad2d and CircularPad3d."""

    mode = ', mode="circular"'

    def _least(self, before: int, after: int) -> int:
        return max(before, after, 1)
