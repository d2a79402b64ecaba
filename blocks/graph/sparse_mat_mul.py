"""SparseMatMul."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, Expression, port
from app.core.problems import ShapeError
from app.core.symbolic import Dim, differ, product
from app.core.tensor_type import TensorType
from blocks.rules import float32, shaped


@dataclass(frozen=True, kw_only=True)
class SparseMatMul(Block):
    """Product of a matrix that is mostly zeros with another one: each node adds up what its neighbours hold.

    y = A · x
    Shapes: N×M and M×F → N×F; the first may be sparse or dense.
    Source: torch.sparse.mm.
    """

    inputs = (port("a", "The sparse matrix."), port("b", "What is added up, a row for each node."))
    synonyms = ("spmm", "propagate", "message passing", "graph convolution")

    def infer(self, a: TensorType, b: TensorType) -> TensorType:
        for name, came in (("a", a), ("b", b)):
            shaped(came, "N×M", name)
            float32(came, name)
        if differ(a.shape[1], b.shape[0]):
            raise ShapeError(
                f"“b” must have a row for each of the {a.shape[1]} columns of “a”; {b} came.",
                expected=f"{a.shape[1]} rows",
                came=str(b),
                part="b",
            )
        return a.with_shape(a.shape[0], b.shape[1])

    def call(self, a: TensorType, b: TensorType) -> Expression:
        return Expression("torch.sparse.mm(a, b)")

    def macs(self, a: TensorType, b: TensorType) -> Dim:
        total: Dim = product([*a.shape, b.shape[1]])
        return total
