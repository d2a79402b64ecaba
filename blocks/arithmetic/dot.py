"""Dot."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, Expression, flag, port, whole
from app.core.symbolic import Dim, product
from app.core.tensor_type import TensorType
from blocks.elementwise import broadcasting
from blocks.rules import dimension, floating


@dataclass(frozen=True, kw_only=True)
class Dot(Block):
    """Inner product of vectors along a dimension: how well a user fits an item, a query a key.

    y = Σ_i a[i] · b[i]
    Shapes: twice B×F → B for dimension -1; sizes of 1 broadcast.
    Source: torch.linalg.vecdot.
    """

    inputs = (port("a"), port("b"))
    synonyms = ("dot product", "inner product", "vecdot", "scalar product", "score", "matrix factorisation")

    dim: int = whole(-1, low=-8, high=7, label="Dimension", help="That of the vectors.")
    keepdim: bool = flag(False, label="Keep dimension", help="Keep it with size 1.")

    def infer(self, a: TensorType, b: TensorType) -> TensorType:
        floating(a, "a")
        floating(b, "b")
        result = broadcasting({"a": a, "b": b})
        dim = dimension(self.dim, result.rank)
        middle = (1,) if self.keepdim else ()
        return result.with_shape(*result.shape[:dim], *middle, *result.shape[dim + 1 :])

    def call(self, a: TensorType, b: TensorType) -> Expression:
        return Expression(f"(a * b).sum(dim=dim{', keepdim=True' if self.keepdim else ''})", dim=self.dim)

    def macs(self, a: TensorType, b: TensorType) -> Dim:
        total: Dim = product(broadcasting({"a": a, "b": b}).shape)
        return total
