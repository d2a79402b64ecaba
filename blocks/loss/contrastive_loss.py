"""ContrastiveLoss."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Expression, port, real
from app.core.tensor_type import TensorType
from blocks.elementwise import promoted
from blocks.loss._loss import Loss, one_each, same_shape
from blocks.rules import floating, numeric, shaped


@dataclass(frozen=True, kw_only=True)
class ContrastiveLoss(Loss):
    """Pulls like pairs of embeddings together and pushes unlike ones apart, up to a margin: Siamese networks.

    loss = mean of target · d² + (1 - target) · max(0, margin - d)², where d = ‖first - second‖
    Shapes: twice B×F, target B → scalar, or B where the reduction is none.
    Source: Hadsell et al., Dimensionality reduction by learning an invariant mapping, 2006, without its factor ½.
    """

    inputs = (
        port("first", "Embeddings, B×F."),
        port("second", "Embeddings, B×F."),
        port("target", "1 for a like pair, 0 for an unlike one."),
    )
    synonyms = ("siamese", "metric learning", "hadsell", "verification", "pairs")

    margin: float = real(1.0, low=0.0, label="Margin", help="From which distance on unlike pairs cost nothing.")

    def infer(self, first: TensorType, second: TensorType, target: TensorType) -> TensorType:
        shaped(first, "B×F", "first")
        floating(first, "first")
        floating(second, "second")
        numeric(target, "target")
        pairs = TensorType(same_shape(first, second, "second"), promoted(first, second))
        one_each(pairs, target, "first")
        return self.reduced(TensorType(target.shape, promoted(pairs.with_shape(2), target)))

    def call(self, first: TensorType, second: TensorType, target: TensorType) -> Expression:
        text = "contrastive_loss(first, second, target, margin)"
        return self.applied(text, source="contrastive_loss", margin=self.margin)
