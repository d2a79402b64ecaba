"""TopK."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, Expression, flag, port, whole
from app.core.problems import SetArgument, ShapeError
from app.core.symbolic import smaller
from app.core.tensor_type import TensorType
from blocks.elementwise import REAL, dtype_among
from blocks.rules import dimension


@dataclass(frozen=True, kw_only=True)
class TopK(Block):
    """The k largest elements along a dimension, and where they are: routing, beams, hard examples.

    Shapes: B×F → B×k, twice: the values, largest first, and their positions as int64.
    Source: torch.topk; Shazeer et al., Outrageously large neural networks, 2017, route to experts so.
    """

    outputs = (port("values", "The largest, in order."), port("indices", "Where they are; int64."))
    synonyms = ("k best", "beam", "experts", "routing", "hard example mining", "kth largest", "smallest")

    k: int = whole(1, low=1, label="How many", help="At most as many as there are.")
    dim: int = whole(-1, low=-8, high=7, label="Dimension", help="Along which they are looked for; -1 is the last.")
    largest: bool = flag(True, label="Largest", help="Otherwise the smallest.")

    def infer(self, input: TensorType) -> tuple[TensorType, TensorType]:
        dtype_among(input, REAL)
        dim = dimension(self.dim, input.rank)
        size = input.shape[dim]
        if smaller(size, self.k):
            raise ShapeError(
                f"Dimension {self.dim} has {size} elements, so {self.k} of them cannot be taken.",
                expected=f"at most {size}",
                came=str(self.k),
                part="k",
                fixes=(SetArgument("k", int(size), f"Take {size}"),) if isinstance(size, int) else (),
            )
        values = input.with_shape(*input.shape[:dim], self.k, *input.shape[dim + 1 :])
        return values, values.with_dtype("int64")

    def call(self, input: TensorType) -> Expression:
        largest = "" if self.largest else ", largest=False"
        dim = "" if self.dim == -1 else ", dim=dim"
        return Expression(f"input.topk(k{dim}{largest})", returns="values, indices", k=self.k, dim=self.dim)

    def detail(self) -> str:
        return f"{self.k} {'largest' if self.largest else 'smallest'}"
