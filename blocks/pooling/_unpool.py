"""What unpools have in common: each number goes back to where a max pool took it from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from app.core.block import Block, Module, port
from app.core.problems import ShapeError
from app.core.symbolic import Dim, Symbol, differ
from app.core.tensor_type import TensorType
from blocks.pooling._pooling import PATTERNS, SIDES
from blocks.rules import each, floating, positive, shaped, square, wrong_dtype


@dataclass(frozen=True, kw_only=True)
class MaxUnpool(Block):
    """Base of MaxUnpool1d, MaxUnpool2d and MaxUnpool3d."""

    dims: ClassVar[int]
    inputs = (
        port("input", "What is put back."),
        port("indices", "Where it goes: the second output of the max pool."),
        port("like", "What was pooled, where rounding lost a row or column of it.", optional=True),
    )
    kernel_size: int | tuple[int, ...] = 2
    stride: int | tuple[int, ...] | None = None
    padding: int | tuple[int, ...] = 0

    def infer(self, input: TensorType, indices: TensorType, like: TensorType | None) -> TensorType:
        shaped(input, PATTERNS[self.dims])
        floating(input)
        self._check_indices(input, indices)
        if like is not None:
            shaped(like, PATTERNS[self.dims], "like")
        sides = tuple(self._side(position, size, like) for position, size in enumerate(input.shape[2:]))
        return input.with_shape(*input.shape[:2], *sides)

    def _check_indices(self, input: TensorType, indices: TensorType) -> None:
        if indices.dtype != "int64":
            raise wrong_dtype(indices, "positions, as a max pool gives them with “Give indices”", "int64", "indices")
        if input.rank != indices.rank or any(map(differ, input.shape, indices.shape)):
            raise ShapeError(
                f"Each number needs its position, so “indices” must be of the shape {'×'.join(map(str, input.shape))}; "
                f"{indices} came. Take them from the max pool of the same level.",
                expected=str(input),
                came=str(indices),
                part="indices",
            )

    def _side(self, position: int, size: Dim, like: TensorType | None) -> Dim:
        kernel, padding = (each(value, self.dims)[position] for value in (self.kernel_size, self.padding))
        stride = kernel if self.stride is None else each(self.stride, self.dims)[position]
        side = SIDES[self.dims][position]
        whole: Dim = (size - 1) * stride - 2 * padding + kernel
        if like is None:
            positive(whole, f"The {side} would become {whole}: the padding takes away more than there is. Use less.")
            return whole
        wanted = like.shape[2 + position]
        known = not isinstance(wanted, Symbol) and not isinstance(whole, Symbol)
        if known and not whole - stride < wanted < whole + stride:  # type: ignore[operator]
            raise ShapeError(
                f"A {side} of {wanted} cannot have been pooled to {size}: that takes more than {whole - stride} and "
                f"less than {whole + stride}. Wire what went into the max pool.",
                expected=f"between {whole - stride} and {whole + stride}",
                came=str(wanted),
                part="like",
            )
        return wanted

    def call(self, input: TensorType, indices: TensorType, like: TensorType | None) -> Module:
        arguments = {"kernel_size": self.kernel_size, "stride": self.stride, "padding": self.padding}
        forward = None if like is None else "module(input, indices, output_size=like.shape)"
        return Module(
            f"nn.MaxUnpool{self.dims}d",
            arguments,
            positional=1,
            defaults={"stride": None, "padding": 0},
            forward=forward,
        )

    def detail(self) -> str:
        return square(self.kernel_size, self.dims)
