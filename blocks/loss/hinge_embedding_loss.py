"""HingeEmbeddingLoss."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Expression, port, real
from app.core.tensor_type import TensorType
from blocks.loss._loss import Distance


@dataclass(frozen=True, kw_only=True)
class HingeEmbeddingLoss(Distance):
    """Makes distances of like pairs small, and those of unlike pairs at least a margin.

    loss = mean of x where the target is 1, of max(0, margin - x) where it is -1
    Shapes: two of the same → scalar, or their shape where the reduction is none.
    Source: torch.nn.functional.hinge_embedding_loss.
    """

    mixes = False
    inputs = (port("input", "Distances of pairs."), port("target", "1 for a like pair, -1 for an unlike one."))
    synonyms = ("similarity", "metric learning", "siamese", "pairs")

    margin: float = real(1.0, label="Margin", help="How far apart unlike pairs are to be.")

    def call(self, input: TensorType, target: TensorType) -> Expression:
        return self.functional("F.hinge_embedding_loss(input, target", **self.beyond(margin=1.0))
