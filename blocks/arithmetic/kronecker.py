"""Kronecker."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, Expression, port
from app.core.symbolic import Dim, product
from app.core.tensor_type import TensorType
from blocks.elementwise import promoted, representable


@dataclass(frozen=True, kw_only=True)
class Kronecker(Block):
    """Every element of one tensor times the whole of another: large weights from two small ones.

    y[i·K + k, j·L + l] = a[i, j] · b[k, l]
    Shapes: I×J and K×L → I·K×J·L; where one has fewer dimensions, sizes of 1 stand before its own.
    Source: torch.kron.
    """

    inputs = (port("a", "Whose elements scale."), port("b", "What is repeated."))
    synonyms = ("kron", "tensor product", "block matrix", "hypercomplex")

    def infer(self, a: TensorType, b: TensorType) -> TensorType:
        rank = max(a.rank, b.rank)
        sides = [(1,) * (rank - given.rank) + given.shape for given in (a, b)]
        shape = [product([one, other]) for one, other in zip(*sides, strict=True)]
        return representable(TensorType(shape, promoted(a, b)), "b")

    def call(self, a: TensorType, b: TensorType) -> Expression:
        return Expression("torch.kron(a, b)")

    def macs(self, a: TensorType, b: TensorType) -> Dim:
        total: Dim = product(self.infer(a, b).shape)
        return total
