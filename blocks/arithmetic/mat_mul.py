"""MatMul."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, Expression, port
from app.core.problems import InsertBefore, ShapeError
from app.core.symbolic import Dim, differ, product
from app.core.tensor_type import TensorType, broadcast
from blocks.elementwise import NUMBERS, dtype_among
from blocks.rules import at_least_rank, same_dtype


@dataclass(frozen=True, kw_only=True)
class MatMul(Block):
    """Matrix product over the last two dimensions; those before are a batch and broadcast.

    y[..., i, j] = Σ_k a[..., i, k] · b[..., k, j]
    Shapes: ...×I×K and ...×K×J → ...×I×J; a tensor of one dimension is a row (a) or a column (b).
    Source: torch.matmul.
    """

    inputs = (port("a", "...×I×K"), port("b", "...×K×J"))
    synonyms = ("matrix multiplication", "bmm", "dot product", "@", "matmul", "batch matrix multiplication")

    def infer(self, a: TensorType, b: TensorType) -> TensorType:
        for name, came in (("a", a), ("b", b)):
            at_least_rank(came, 1, "a vector or matrix", name)
            dtype_among(came, NUMBERS, name)
        same_dtype(b, a, "b", "a")
        inner = b.shape[-2] if b.rank > 1 else b.shape[0]
        if differ(a.shape[-1], inner):
            raise self._misfit(a, b, inner)
        batch = broadcast(a.shape[:-2], b.shape[:-2])
        if batch is None:
            raise ShapeError(
                f"The batch sizes before the matrices must fit: {a} and {b} came.",
                expected=str(a),
                came=str(b),
                part="b",
            )
        return a.with_shape(*batch, *a.shape[-2:-1], *(b.shape[-1:] if b.rank > 1 else ()))

    def _misfit(self, a: TensorType, b: TensorType, inner: Dim) -> ShapeError:
        mendable = b.rank > 1 and not differ(a.shape[-1], b.shape[-1])
        turn = InsertBefore("b", "Transpose", {"dim0": -2, "dim1": -1}, "Transpose “b” first")
        return ShapeError(
            f"The last size of “a” must be the last but one of “b”: {a.shape[-1]} and {inner} came ({a} @ {b})."
            + (" Transpose “b” first." if mendable else ""),
            expected=str(a.shape[-1]),
            came=str(inner),
            part="b",
            fixes=(turn,) if mendable else (),
        )

    def call(self, a: TensorType, b: TensorType) -> Expression:
        return Expression("a @ b")

    def macs(self, a: TensorType, b: TensorType) -> Dim:
        total: Dim = product([*self.infer(a, b).shape, a.shape[-1]])
        return total
