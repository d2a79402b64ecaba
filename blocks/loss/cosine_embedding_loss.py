"""CosineEmbeddingLoss."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Expression, port, real
from app.core.tensor_type import TensorType
from blocks.elementwise import promoted
from blocks.loss._loss import Loss, one_each, same_shape
from blocks.rules import floating, shaped


@dataclass(frozen=True, kw_only=True)
class CosineEmbeddingLoss(Loss):
    """Turns like pairs of vectors into the same direction, and unlike ones away from each other.

    loss = mean of 1 - cos(first, second) where the target is 1, of max(0, cos - margin) where it is -1
    Shapes: twice B×F, target B → scalar, or B where the reduction is none.
    Source: torch.nn.functional.cosine_embedding_loss.
    """

    inputs = (
        port("first", "Vectors, B×F."),
        port("second", "Vectors, B×F."),
        port("target", "1 for a like pair, -1 for an unlike one."),
    )
    synonyms = ("cosine similarity", "metric learning", "siamese", "semantic similarity")

    margin: float = real(0.0, low=-1.0, high=1.0, label="Margin", help="Cosine below which unlike pairs cost nothing.")

    def infer(self, first: TensorType, second: TensorType, target: TensorType) -> TensorType:
        shaped(first, "B×F", "first")
        floating(first, "first")
        floating(second, "second")
        floating(target, "target")
        pairs = TensorType(same_shape(first, second, "second"), promoted(first, second))
        one_each(pairs, target, "first")
        return self.reduced(TensorType(target.shape, pairs.dtype))

    def call(self, first: TensorType, second: TensorType, target: TensorType) -> Expression:
        return self.functional("F.cosine_embedding_loss(first, second, target", **self.beyond(margin=0.0))
