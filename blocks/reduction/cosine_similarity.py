"""CosineSimilarity."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, Expression, port, whole
from app.core.tensor_type import FLOATING, TensorType
from blocks.elementwise import broadcasting, dtype_among
from blocks.rules import dimension


@dataclass(frozen=True, kw_only=True)
class CosineSimilarity(Block):
    """How alike the directions of two vectors are: 1 for the same, 0 for a right angle, -1 for opposite ones.

    y = a · b / (‖a‖ · ‖b‖)
    Shapes: twice B×F → B for dimension 1; sizes of 1 broadcast.
    Source: torch.nn.functional.cosine_similarity.
    """

    inputs = (port("a"), port("b"))
    synonyms = ("cosine", "angle", "similarity", "contrastive")

    dim: int = whole(-1, low=-8, high=7, label="Dimension", help="That of the vectors.")

    def infer(self, a: TensorType, b: TensorType) -> TensorType:
        for name, came in (("a", a), ("b", b)):
            dtype_among(came, FLOATING, name)
        result = broadcasting({"a": a, "b": b})
        dim = dimension(self.dim, result.rank)
        return result.with_shape(*result.shape[:dim], *result.shape[dim + 1 :])

    def call(self, a: TensorType, b: TensorType) -> Expression:
        return Expression("F.cosine_similarity(a, b, dim=dim)", dim=self.dim)
