"""MultiLabelMarginLoss."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Expression, port
from app.core.tensor_type import TensorType
from blocks.loss._loss import Loss, same_shape
from blocks.rules import floating, shaped, wrong_dtype


@dataclass(frozen=True, kw_only=True)
class MultiLabelMarginLoss(Loss):
    """Wants the scores of all of an example's classes above those of all others, by one.

    loss = mean of Σ over right and wrong classes of max(0, 1 - x[right] + x[wrong]) / C
    Shapes: logits B×C, target B×C → scalar, or B where the reduction is none.
    Source: torch.nn.functional.multilabel_margin_loss.
    """

    inputs = (
        port("logits", "Scores of the classes."),
        port("target", "The right classes' numbers first, then -1 up to the end of the row."),
    )
    synonyms = ("multi-label", "hinge", "tags", "several classes")

    def infer(self, logits: TensorType, target: TensorType) -> TensorType:
        shaped(logits, "B×C", "logits")
        floating(logits, "logits")
        if target.dtype != "int64":
            raise wrong_dtype(target, "classes as whole numbers", "int64", "target")
        same_shape(logits, target, "target")
        return self.reduced(logits.with_shape(logits.shape[0]))

    def call(self, logits: TensorType, target: TensorType) -> Expression:
        return self.functional("F.multilabel_margin_loss(logits, target")
