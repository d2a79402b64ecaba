"""Outer."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, Expression, port
from app.core.problems import ShapeError
from app.core.symbolic import Dim, product
from app.core.tensor_type import TensorType, broadcast
from blocks.elementwise import promoted, representable
from blocks.rules import at_least_rank


@dataclass(frozen=True, kw_only=True)
class Outer(Block):
    """Every element of one vector times every element of another.

    y[..., i, j] = a[..., i] · b[..., j]
    Shapes: ...×I and ...×J → ...×I×J; those before are a batch and broadcast.
    Source: torch.outer, for batches.
    """

    inputs = (port("a", "...×I"), port("b", "...×J"))
    synonyms = ("outer product", "tensor product")

    def infer(self, a: TensorType, b: TensorType) -> TensorType:
        at_least_rank(a, 1, "a vector", "a")
        at_least_rank(b, 1, "a vector", "b")
        batch = broadcast(a.shape[:-1], b.shape[:-1])
        if batch is None:
            raise ShapeError(
                f"The batch sizes before the vectors must fit: {a} and {b} came.",
                expected=str(a.with_shape(*a.shape[:-1], b.shape[-1])),
                came=str(b),
                part="b",
            )
        return representable(TensorType((*batch, a.shape[-1], b.shape[-1]), promoted(a, b)), "b")

    def call(self, a: TensorType, b: TensorType) -> Expression:
        return Expression("a.unsqueeze(-1) * b.unsqueeze(-2)")

    def macs(self, a: TensorType, b: TensorType) -> Dim:
        total: Dim = product(self.infer(a, b).shape)
        return total
