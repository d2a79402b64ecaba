"""Stack."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce

from app.core.block import Block, Expression, port, whole
from app.core.problems import ShapeError
from app.core.symbolic import Dim, differ, merge
from app.core.tensor_type import TensorType
from blocks.elementwise import representable, wider
from blocks.rules import dimension


@dataclass(frozen=True, kw_only=True)
class Stack(Block):
    """Puts tensors of one shape side by side along a new dimension.

    Shapes: N times B×F → B×N×F for dim 1.
    Source: torch.stack.
    """

    inputs = (port("inputs", "Tensors of the same shape.", variadic=True, least=2),)
    synonyms = ("new dimension", "pile", "collect")

    dim: int = whole(1, low=-8, high=7, label="Dimension", help="Where the new dimension is put.")

    def infer(self, inputs: tuple[TensorType, ...]) -> TensorType:
        first, *rest = inputs
        shape: list[Dim] = list(first.shape)
        for number, came in enumerate(rest, 2):
            if came.rank != first.rank or any(map(differ, came.shape, shape)):
                raise ShapeError(
                    f"Stacked tensors must have the same shape: number {number} should be {first}; {came} came.",
                    expected=str(first),
                    came=str(came),
                    part="inputs",
                )
            shape = [merge(mine, its) for mine, its in zip(shape, came.shape, strict=True)]
        dim = dimension(self.dim, first.rank, extra=1)
        dtype = reduce(wider, (came.dtype for came in inputs))
        return representable(TensorType((*shape[:dim], len(inputs), *shape[dim:]), dtype), "inputs")

    def call(self, inputs: tuple[TensorType, ...]) -> Expression:
        return Expression("torch.stack([*inputs], dim=dim)", dim=self.dim)

    def detail(self) -> str:
        return f"dim {self.dim}"
