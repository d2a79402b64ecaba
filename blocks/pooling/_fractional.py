"""What fractional max pools have in common: windows of random places, which reach a size by any ratio."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from app.core.block import Block, Module, Port, flag, pair, real
from app.core.problems import SetArgument, ShapeError
from app.core.symbolic import Dim, smaller
from app.core.tensor_type import TensorType
from blocks.pooling._max import INDICES
from blocks.pooling._pooling import PATTERNS, SIDES
from blocks.rules import each, floating, shaped, square


def output_size_field(dims: int) -> Any:
    what = "Height and width" if dims == 2 else "Depth, height and width"
    return pair(None, low=1, length=dims, label="Output size", help=f"{what} that come out, instead of a ratio.")


@dataclass(frozen=True, kw_only=True)
class FractionalMaxPool(Block):
    """Base of FractionalMaxPool2d and FractionalMaxPool3d."""

    dims: ClassVar[int]
    kernel_size: int | tuple[int, ...] = 2
    output_ratio: float = real(
        0.7, low=1e-3, high=0.999, label="Ratio", help="Which part of each size comes out; not used with a size."
    )
    output_size: int | tuple[int, ...] | None = None
    return_indices: bool = flag(False, label="Give indices", help="A second output says where each number came from.")

    def ports(self) -> tuple[tuple[Port, ...], tuple[Port, ...]]:
        return self.inputs, (*self.outputs, INDICES) if self.return_indices else self.outputs

    def infer(self, input: TensorType) -> TensorType | tuple[TensorType, ...]:
        shaped(input, PATTERNS[self.dims])
        floating(input)
        sides = tuple(self._side(position, size) for position, size in enumerate(input.shape[2:]))
        pooled = input.with_shape(*input.shape[:2], *sides)
        return (pooled, pooled.with_dtype("int64")) if self.return_indices else pooled

    def _side(self, position: int, size: Dim) -> int:
        kernel = each(self.kernel_size, self.dims)[position]
        wanted = self._scaled(size) if self.output_size is None else each(self.output_size, self.dims)[position]
        least = wanted + kernel - 1 + (self.dims == 3)  # torch wants volumes one larger
        if wanted < 1 or smaller(size, least):
            raise ShapeError(
                f"{wanted} windows of {kernel} do not fit into a {SIDES[self.dims][position]} of {size}. "
                "Take a smaller window or another size.",
                expected=f"{SIDES[self.dims][position]} of at least {max(least, kernel)}",
                came=str(size),
                part="kernel_size",
                fixes=(SetArgument("kernel_size", 1, "Set the window to 1"),) if wanted > 0 else (),
            )
        return wanted

    def _scaled(self, size: Dim) -> int:
        if not isinstance(size, int):
            raise ShapeError(
                f"A ratio needs sizes that are known; {size} came. Take an output size instead.",
                expected="a number",
                came=str(size),
                part="output_ratio",
            )
        return int(size * self.output_ratio)

    def call(self, input: TensorType) -> Module:
        ratio = self.output_ratio if self.output_size is None else None
        arguments = {"kernel_size": self.kernel_size, "output_size": self.output_size, "output_ratio": ratio}
        arguments["return_indices"] = self.return_indices
        return Module(
            f"nn.FractionalMaxPool{self.dims}d",
            arguments,
            positional=1,
            defaults={"output_size": None, "output_ratio": None, "return_indices": False},
            returns="output, indices" if self.return_indices else None,
            random=True,
        )

    def detail(self) -> str:
        if self.output_size is None:
            return f"×{self.output_ratio:g}"
        return f"→ {square(self.output_size, self.dims)}"
