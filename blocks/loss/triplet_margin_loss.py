"""TripletMarginLoss."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Expression, flag, port, real
from app.core.tensor_type import TensorType
from blocks.elementwise import broadcasting
from blocks.loss._loss import Loss, same_shape
from blocks.rules import at_least_rank, floating


@dataclass(frozen=True, kw_only=True)
class TripletMarginLoss(Loss):
    """Wants an example nearer to one of its own kind than to one of another kind, by a margin.

    loss = mean of max(0, ‖anchor - positive‖ - ‖anchor - negative‖ + margin)
    Shapes: three times B×F → scalar, or B where the reduction is none.
    Source: Schroff et al., FaceNet, 2015; as torch.nn.functional.triplet_margin_loss.
    """

    inputs = (
        port("anchor", "Embeddings, B×F."),
        port("positive", "Embeddings of the same kinds."),
        port("negative", "Embeddings of other kinds."),
    )
    synonyms = ("metric learning", "face recognition", "embedding", "facenet", "siamese")

    margin: float = real(1.0, low=1e-6, label="Margin", help="By how much nearer the own kind is to be.")
    p: float = real(2.0, low=1.0, label="Norm", help="Degree of the norm that measures distances: 2 is Euclid's.")
    swap: bool = flag(False, label="Swap", help="Takes the positive for the anchor where that is the harder case.")

    def infer(self, anchor: TensorType, positive: TensorType, negative: TensorType) -> TensorType:
        named = {"anchor": anchor, "positive": positive, "negative": negative}
        for name, given in named.items():
            at_least_rank(given, 1, "vectors: B×F", name)
            floating(given, name)
        same_shape(anchor, positive, "positive")
        same_shape(anchor, negative, "negative")
        result = broadcasting(named)
        return self.reduced(result.with_shape(*result.shape[:-1]))

    def call(self, anchor: TensorType, positive: TensorType, negative: TensorType) -> Expression:
        given = self.beyond(margin=1.0, p=2.0, swap=False)
        return self.functional("F.triplet_margin_loss(anchor, positive, negative", **given)
