"""SimilarityMatrix."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Expression
from app.core.tensor_type import TensorType
from blocks.arithmetic._rows import RowPairs
from blocks.rules import floating


@dataclass(frozen=True, kw_only=True)
class SimilarityMatrix(RowPairs):
    """Cosines of every vector of one set with every vector of another: the logits of contrastive learning.

    y[i, j] = a[i] · b[j] / (‖a[i]‖ · ‖b[j]‖)
    Shapes: ...×N×F and ...×M×F → ...×N×M; those before are a batch and broadcast.
    Source: Chen et al., A simple framework for contrastive learning of visual representations, 2020.
    """

    synonyms = ("cosine similarity matrix", "pairwise cosine", "contrastive logits", "simclr", "clip", "info nce")

    def infer(self, a: TensorType, b: TensorType) -> TensorType:
        floating(a, "a")
        return super().infer(a, b)

    def call(self, a: TensorType, b: TensorType) -> Expression:
        return Expression("F.normalize(a, dim=-1) @ F.normalize(b, dim=-1).mT")
