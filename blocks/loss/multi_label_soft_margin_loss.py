"""MultiLabelSoftMarginLoss."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Expression, port
from app.core.tensor_type import TensorType
from blocks.elementwise import promoted
from blocks.loss._loss import Loss, same_shape
from blocks.rules import at_least_rank, floating


@dataclass(frozen=True, kw_only=True)
class MultiLabelSoftMarginLoss(Loss):
    """Binary cross-entropy for each class on its own, averaged over the classes: several may be right at once.

    loss = mean of -(t · log σ(x) + (1 - t) · log(1 - σ(x))), first over the classes
    Shapes: logits B×C, target B×C → scalar, or B where the reduction is none.
    Source: torch.nn.functional.multilabel_soft_margin_loss.
    """

    inputs = (
        port("logits", "Scores of the classes, in the last dimension."),
        port("target", "1 for each class that is right, else 0; of the same shape."),
    )
    synonyms = ("multi-label", "tags", "several classes", "binary cross entropy")

    def infer(self, logits: TensorType, target: TensorType) -> TensorType:
        at_least_rank(logits, 1, "B×C", "logits")
        floating(logits, "logits")
        floating(target, "target")
        shape = same_shape(logits, target, "target")
        return self.reduced(TensorType(shape[:-1], promoted(logits, target)))

    def call(self, logits: TensorType, target: TensorType) -> Expression:
        return self.functional("F.multilabel_soft_margin_loss(logits, target")
