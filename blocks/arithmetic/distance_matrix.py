"""DistanceMatrix."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Expression, real
from app.core.tensor_type import TensorType
from blocks.arithmetic._rows import RowPairs
from blocks.elementwise import dtype_among


@dataclass(frozen=True, kw_only=True)
class DistanceMatrix(RowPairs):
    """Distances of every vector of one set from every vector of another.

    y[i, j] = (Σ_k |a[i, k] - b[j, k]|^p)^(1/p)
    Shapes: ...×N×F and ...×M×F → ...×N×M; those before are a batch and broadcast.
    Source: torch.cdist; with prototypes: Snell et al., Prototypical networks for few-shot learning, 2017.
    """

    synonyms = ("cdist", "pairwise distance", "euclidean", "nearest neighbours", "prototypes", "chamfer")

    p: float = real(2.0, low=0.0, label="Order", help="2 is the Euclidean distance, 1 adds absolute differences.")

    def infer(self, a: TensorType, b: TensorType) -> TensorType:
        for name, came in (("a", a), ("b", b)):
            dtype_among(came, {"float32", "float64"}, name)
        return super().infer(a, b)

    def call(self, a: TensorType, b: TensorType) -> Expression:
        return Expression("torch.cdist(a, b)") if self.p == 2 else Expression("torch.cdist(a, b, p=p)", p=self.p)

    def detail(self) -> str:
        return f"p {self.p:g}"
