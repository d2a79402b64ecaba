"""Repeat."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.core.block import Block, Expression, ints
from app.core.problems import SetArgument, ShapeError
from app.core.tensor_type import TensorType


@dataclass(frozen=True, kw_only=True)
class Repeat(Block):
    """Copies of a tensor one after the other, a number of times along each dimension.

    Shapes: B×F → B×2·F for the numbers 1, 2.
    Source: torch.Tensor.repeat; like numpy's tile.
    """

    synonyms = ("tile", "copy", "repeat tensor")

    repeats: tuple[int, ...] = ints((1, 2), low=1, label="Times", help="For each dimension, the last one at the end.")

    def infer(self, input: TensorType) -> TensorType:
        new = len(self.repeats) - input.rank
        if new < 0:
            raise ShapeError(
                f"Repeat needs a number for each of the {input.rank} dimensions; {len(self.repeats)} came.",
                expected=f"at least {input.rank} numbers",
                came=str(len(self.repeats)),
                part="repeats",
                fixes=(SetArgument("repeats", (1,) * input.rank, "Repeat no dimension"),),
            )
        sizes = (*(1 for _ in range(new)), *input.shape)
        return input.with_shape(
            *(size if times == 1 else size * times for size, times in zip(sizes, self.repeats, strict=True))
        )

    def call(self, input: TensorType) -> Expression:
        values: dict[str, Any] = {f"times{at}": times for at, times in enumerate(self.repeats)}
        return Expression(f"input.repeat({', '.join(values)})", **values)

    def detail(self) -> str:
        return " ".join(map(str, self.repeats))[:20]
