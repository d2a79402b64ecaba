"""InfoNCELoss."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.core.block import Expression, flag, port, real
from app.core.symbolic import Dim, product
from app.core.tensor_type import TensorType
from blocks.loss._loss import Loss, same_shape
from blocks.rules import floating, same_dtype, shaped


@dataclass(frozen=True, kw_only=True)
class InfoNCELoss(Loss):
    """Each query must find its own key among all keys of the batch: contrastive learning, images and their texts.

    loss = mean of -log softmax(cos(query, keys) / temperature)[its own]; symmetric: keys find queries, too
    Shapes: twice B×F → scalar, or B where the reduction is none.
    Source: van den Oord et al., Contrastive predictive coding, 2018; symmetric: Radford et al., CLIP, 2021.
    """

    inputs = (port("query", "Embeddings, B×F."), port("key", "What belongs to them, row by row, B×F."))
    synonyms = ("contrastive", "clip", "cpc", "moco", "in-batch negatives", "multimodal", "retrieval")

    temperature: float = real(
        0.07, low=1e-6, label="Temperature", help="Similarities are divided by it; small: strict."
    )
    symmetric: bool = flag(False, label="Symmetric", help="The mean of both ways, as CLIP trains.")

    def infer(self, query: TensorType, key: TensorType) -> TensorType:
        shaped(query, "B×F", "query")
        floating(query, "query")
        same_dtype(key, query, "key", "query")
        shape = same_shape(query, key, "key")
        return self.reduced(query.with_shape(shape[0]))

    def call(self, query: TensorType, key: TensorType) -> Expression:
        values: dict[str, Any] = {"temperature": self.temperature}
        if self.symmetric:
            return self.applied(
                "info_nce_loss(query, key, temperature, symmetric=True)", source="info_nce_loss", **values
            )
        return self.applied("info_nce_loss(query, key, temperature)", source="info_nce_loss", **values)

    def macs(self, query: TensorType, key: TensorType) -> Dim:
        total: Dim = product([query.shape[0], *query.shape])
        return total
