"""What adaptive pools have in common: the size that comes out is given, the windows follow from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from app.core.block import Block, Module, Port, flag, pair, whole
from app.core.tensor_type import TensorType
from blocks.pooling._max import INDICES
from blocks.pooling._pooling import PATTERNS
from blocks.rules import each, floating, functional, shaped, square

DEFAULTS = {"return_indices": False}
WHAT = {1: "Length that comes", 2: "Height and width that come", 3: "Depth, height and width that come"}


def output_size_field(dims: int) -> Any:
    what = f"{WHAT[dims]} out; 1 is global pooling."
    if dims == 1:
        return whole(1, low=1, label="Output size", help=what)
    return pair(1, low=1, length=dims, label="Output size", help=what)


@dataclass(frozen=True, kw_only=True)
class AdaptivePool(Block):
    """Base of the adaptive pools."""

    dims: ClassVar[int]
    output_size: int | tuple[int, ...] = 1

    def _pooled(self, input: TensorType) -> TensorType:
        shaped(input, PATTERNS[self.dims])
        floating(input)
        return input.with_shape(*input.shape[:2], *each(self.output_size, self.dims))

    def detail(self) -> str:
        return f"→ {square(self.output_size, self.dims)}"


@dataclass(frozen=True, kw_only=True)
class AdaptiveAvgPool(AdaptivePool):
    """Base of AdaptiveAvgPool1d, AdaptiveAvgPool2d and AdaptiveAvgPool3d."""

    def infer(self, input: TensorType) -> TensorType:
        return self._pooled(input)

    def call(self, input: TensorType) -> Module:
        return Module(
            f"nn.AdaptiveAvgPool{self.dims}d",
            {"output_size": self.output_size},
            positional=1,
            functional=f"F.adaptive_avg_pool{self.dims}d(input, output_size)",
        )


@dataclass(frozen=True, kw_only=True)
class AdaptiveMaxPool(AdaptivePool):
    """Base of AdaptiveMaxPool1d, AdaptiveMaxPool2d and AdaptiveMaxPool3d."""

    return_indices: bool = flag(False, label="Give indices", help="A second output says where each number came from.")

    def ports(self) -> tuple[tuple[Port, ...], tuple[Port, ...]]:
        return self.inputs, (*self.outputs, INDICES) if self.return_indices else self.outputs

    def infer(self, input: TensorType) -> TensorType | tuple[TensorType, ...]:
        pooled = self._pooled(input)
        return (pooled, pooled.with_dtype("int64")) if self.return_indices else pooled

    def call(self, input: TensorType) -> Module:
        arguments = {"output_size": self.output_size, "return_indices": self.return_indices}
        return Module(
            f"nn.AdaptiveMaxPool{self.dims}d",
            arguments,
            positional=1,
            defaults=DEFAULTS,
            returns="output, indices" if self.return_indices else None,
            functional=functional(f"F.adaptive_max_pool{self.dims}d", ("input", "output_size"), arguments, DEFAULTS),
        )
