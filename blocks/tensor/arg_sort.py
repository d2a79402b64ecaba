"""ArgSort."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Expression
from app.core.tensor_type import TensorType
from blocks.tensor._ordered import Ordered


@dataclass(frozen=True, kw_only=True)
class ArgSort(Ordered):
    """Positions of the elements along a dimension in order of their size: a ranking.

    Shapes: any, kept; int64. Of the result it gives the rank of each element.
    Source: torch.argsort; it shuffles patches in He et al., Masked autoencoders, 2021.
    """

    synonyms = ("ranking", "order", "random permutation", "shuffle", "ids_restore")

    def infer(self, input: TensorType) -> TensorType:
        self.check(input)
        return input.with_dtype("int64")

    def call(self, input: TensorType) -> Expression:
        return Expression(f"input.argsort({self.where})", dim=self.dim)
