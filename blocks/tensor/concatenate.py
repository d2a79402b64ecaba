"""Concatenate."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce

from app.core.block import Block, Expression, port, whole
from app.core.problems import ShapeError
from app.core.symbolic import Dim, differ, merge
from app.core.tensor_type import TensorType
from blocks.elementwise import representable, wider
from blocks.rules import at_least_rank, dimension


@dataclass(frozen=True, kw_only=True)
class Concatenate(Block):
    """Joins tensors one after the other along a dimension: the skip connection of U-Net and Inception's branches.

    Shapes: equal but along dim, where the sizes add up: B×64×H×W and B×32×H×W → B×96×H×W.
    Source: torch.cat.
    """

    inputs = (port("inputs", "Tensors that differ in size only along dim.", variadic=True, least=2),)
    synonyms = ("cat", "concat", "join", "merge", "skip", "hstack", "vstack")

    dim: int = whole(1, low=-8, high=7, label="Dimension", help="Along which they are joined; 1 is the channels.")

    def infer(self, inputs: tuple[TensorType, ...]) -> TensorType:
        first, *rest = inputs
        at_least_rank(first, 1, "at least one dimension", "inputs")
        dim = dimension(self.dim, first.rank)
        shape: list[Dim] = list(first.shape)
        for number, came in enumerate(rest, 2):
            self._check(first.with_shape(*shape), came, number, dim)
            shape = [
                mine + its if at == dim else merge(mine, its)
                for at, (mine, its) in enumerate(zip(shape, came.shape, strict=True))
            ]
        dtype = reduce(wider, (came.dtype for came in inputs))
        return representable(TensorType(shape, dtype), "inputs")

    def _check(self, expected: TensorType, came: TensorType, number: int, dim: int) -> None:
        pattern = "×".join("any" if at == dim else str(size) for at, size in enumerate(expected.shape))
        if came.rank != expected.rank or any(
            at != dim and differ(mine, its)
            for at, (mine, its) in enumerate(zip(expected.shape, came.shape, strict=True))
        ):
            raise ShapeError(
                f"Tensors joined along dimension {self.dim} must agree in all others: number {number} should be "
                f"{pattern}; {came} came. Crop, Pad or Interpolate it first.",
                expected=pattern,
                came=str(came),
                part="inputs",
            )

    def call(self, inputs: tuple[TensorType, ...]) -> Expression:
        return Expression("torch.cat([*inputs], dim=dim)", dim=self.dim)

    def detail(self) -> str:
        return f"dim {self.dim}"
