"""Sort."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Expression, port
from app.core.tensor_type import TensorType
from blocks.tensor._ordered import Ordered


@dataclass(frozen=True, kw_only=True)
class Sort(Ordered):
    """Puts the elements along a dimension in order of size, and says where each one was.

    Shapes: any, kept, twice: the values, and their former positions as int64.
    Source: torch.sort. Gradients flow to the values.
    """

    outputs = (port("values", "In their order."), port("indices", "Where each one was; int64."))
    synonyms = ("order", "rank", "descending", "ascending")

    def infer(self, input: TensorType) -> tuple[TensorType, TensorType]:
        self.check(input)
        return input, input.with_dtype("int64")

    def call(self, input: TensorType) -> Expression:
        return Expression(f"input.sort({self.where})", returns="values, indices", dim=self.dim)
