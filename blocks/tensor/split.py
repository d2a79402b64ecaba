"""Split."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Expression, ints, whole
from app.core.problems import ShapeError
from app.core.symbolic import differ
from app.core.tensor_type import TensorType
from blocks.rules import dimension
from blocks.tensor._parts import MOST, Parts


@dataclass(frozen=True, kw_only=True)
class Split(Parts):
    """Cuts a tensor into parts of given sizes along a dimension, one output for each.

    Shapes: B×F → B×sizes[0], B×sizes[1], ...; the sizes add up to F.
    Source: torch.split.
    """

    synonyms = ("cut", "partition", "unpack", "separate")

    sizes: tuple[int, ...] = ints((1, 1), low=1, label="Sizes", help="How much of the dimension each part gets.")
    dim: int = whole(1, low=-8, high=7, label="Dimension", help="Along which the tensor is cut.")

    @property
    def count(self) -> int:
        return len(self.sizes)

    def infer(self, input: TensorType) -> tuple[TensorType, ...]:
        self.check_names()
        if not 1 <= self.count <= MOST:
            raise ShapeError(
                f"Split takes 1 to {MOST} sizes; {self.count} came.",
                expected=f"1 to {MOST} sizes",
                came=str(self.count),
                part="sizes",
            )
        dim = dimension(self.dim, input.rank)
        total = sum(self.sizes)
        if differ(total, input.shape[dim]):
            raise ShapeError(
                f"The sizes of the parts must add up to {input.shape[dim]}, the size of dimension {self.dim}; "
                f"they add up to {total}.",
                expected=str(input.shape[dim]),
                came=str(total),
                part="sizes",
            )
        return tuple(input.with_shape(*input.shape[:dim], size, *input.shape[dim + 1 :]) for size in self.sizes)

    def call(self, input: TensorType) -> Expression:
        values = {f"size{at}": size for at, size in enumerate(self.sizes)}
        return self.unpacking(f"torch.split(input, [{', '.join(values)}], dim=dim)", dim=self.dim, **values)

    def detail(self) -> str:
        return f"into {self.count}"
