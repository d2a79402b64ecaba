"""TruncatedSVD."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, Expression, port, whole
from app.core.tensor_type import TensorType
from blocks.rules import at_least_rank, wrong_dtype


@dataclass(frozen=True, kw_only=True)
class TruncatedSVD(Block):
    """The best picture of a matrix by k products of a column and a row: its largest singular values and vectors.

    x ≈ u · diag(s) · vh; columns of u and rows of vh have length 1 and are at right angles. Either vector of a pair
    could be turned about with the other: here the largest number of each row of vh is positive. A matrix has at most as
    many values as rows and as columns; where that is less than k, zeros follow.
    Shapes: ...×M×N → ...×M×k, ...×k and ...×k×N.
    Source: torch.linalg.svd; Eckart & Young, The approximation of one matrix by another of lower rank, 1936.
    """

    outputs = (
        port("u", "A place for each row of the matrix: ...×M×k."),
        port("s", "The singular values, largest first: ...×k."),
        port("vh", "A direction in each row: ...×k×N."),
    )
    synonyms = ("svd", "singular value decomposition", "pca", "principal components", "factorise", "low rank", "lsa")

    k: int = whole(8, low=1, label="How many", help="Singular values that are kept.")

    def infer(self, input: TensorType) -> tuple[TensorType, TensorType, TensorType]:
        at_least_rank(input, 2, "a matrix: ...×M×N")
        if input.dtype not in ("float32", "float64"):
            raise wrong_dtype(input, "float32 or float64 numbers", "float32")
        *batch, rows, columns = input.shape
        given = input.with_shape
        return given(*batch, rows, self.k), given(*batch, self.k), given(*batch, self.k, columns)

    def call(self, input: TensorType) -> Expression:
        return Expression("truncated_svd(input, k)", returns="u, s, vh", source="truncated_svd", k=self.k)

    def detail(self) -> str:
        return f"{self.k} kept"
