"""What matrices of distances and of similarities have in common: every row of one set with every row of another."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, port
from app.core.problems import ShapeError
from app.core.symbolic import Dim, differ, product
from app.core.tensor_type import TensorType, broadcast
from blocks.rules import at_least_rank, same_dtype


@dataclass(frozen=True, kw_only=True)
class RowPairs(Block):
    """Base of blocks that take ...×N×F and ...×M×F and give ...×N×M."""

    inputs = (
        port("a", "...×N×F, a row for each vector."),
        port("b", "...×M×F; wire the same one to compare with itself."),
    )

    def infer(self, a: TensorType, b: TensorType) -> TensorType:
        for name, came in (("a", a), ("b", b)):
            at_least_rank(came, 2, "...×N×F", name)
        same_dtype(b, a, "b", "a")
        if differ(a.shape[-1], b.shape[-1]):
            raise ShapeError(
                f"The vectors of “a” and “b” must have the same size; {a.shape[-1]} and {b.shape[-1]} came.",
                expected=str(a.shape[-1]),
                came=str(b.shape[-1]),
                part="b",
            )
        batch = broadcast(a.shape[:-2], b.shape[:-2])
        if batch is None:
            raise ShapeError(
                f"The batch sizes before the rows must fit: {a} and {b} came.",
                expected=str(a),
                came=str(b),
                part="b",
            )
        return a.with_shape(*batch, a.shape[-2], b.shape[-2])

    def macs(self, a: TensorType, b: TensorType) -> Dim:
        total: Dim = product([*self.infer(a, b).shape, a.shape[-1]])
        return total
