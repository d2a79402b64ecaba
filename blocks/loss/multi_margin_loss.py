"""MultiMarginLoss."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Expression, port, real, whole
from app.core.tensor_type import TensorType
from blocks.loss._loss import Loss, classes_of
from blocks.rules import floating, shaped


@dataclass(frozen=True, kw_only=True)
class MultiMarginLoss(Loss):
    """Wants the right class's score above every other one by a margin: a support vector machine of many classes.

    loss = mean of Σ over the other classes of max(0, margin - x[target] + x[class])^p / C
    Shapes: logits B×C, target B → scalar, or B where the reduction is none.
    Source: Crammer & Singer, Multiclass kernel-based vector machines, 2001; as torch.nn.functional.multi_margin_loss.
    """

    inputs = (port("logits", "Scores of the classes."), port("target", "The right class of each."))
    synonyms = ("hinge", "svm", "multi-class", "classification")

    p: int = whole(1, low=1, high=2, label="Power", help="1 for the hinge itself, 2 for its square.")
    margin: float = real(1.0, label="Margin", help="By how much the right class is to be above the others.")

    def infer(self, logits: TensorType, target: TensorType) -> TensorType:
        shaped(logits, "B×C", "logits")
        floating(logits, "logits")
        classes_of(logits, target, "logits")
        return self.reduced(logits.with_shape(*target.shape))

    def call(self, logits: TensorType, target: TensorType) -> Expression:
        return self.functional("F.multi_margin_loss(logits, target", **self.beyond(p=1, margin=1.0))
