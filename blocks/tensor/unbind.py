"""Unbind."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Expression, whole
from app.core.problems import SetArgument, ShapeError
from app.core.symbolic import differ
from app.core.tensor_type import TensorType
from blocks.rules import dimension
from blocks.tensor._parts import MOST, Parts


@dataclass(frozen=True, kw_only=True)
class Unbind(Parts):
    """Takes a dimension apart, one output for each of its positions: x and y, real and imaginary part.

    Shapes: B×3×F → three times B×F for dimension 1.
    Source: torch.unbind; the way back from Stack.
    """

    synonyms = ("unstack", "unpack", "q k v", "coordinates", "separate")

    parts_count: int = whole(2, low=1, high=MOST, label="Parts", help="How many positions the dimension has.")
    dim: int = whole(-1, low=-8, high=7, label="Dimension", help="Which one goes away.")

    @property
    def count(self) -> int:
        return self.parts_count

    def infer(self, input: TensorType) -> tuple[TensorType, ...]:
        self.check_names()
        dim = dimension(self.dim, input.rank)
        size = input.shape[dim]
        if differ(size, self.parts_count):
            fits = isinstance(size, int) and 1 <= size <= MOST
            raise ShapeError(
                f"Dimension {self.dim} has {size} positions, not {self.parts_count}. Set the number of parts to that.",
                expected=str(size),
                came=str(self.parts_count),
                part="parts_count",
                fixes=(SetArgument("parts_count", int(str(size)), f"Give {size} parts"),) if fits else (),
            )
        part = input.with_shape(*input.shape[:dim], *input.shape[dim + 1 :])
        return (part,) * self.parts_count

    def call(self, input: TensorType) -> Expression:
        return self.unpacking("input.unbind(dim)", dim=self.dim)

    def detail(self) -> str:
        return f"into {self.parts_count}"
