"""KLDivLoss."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Expression, choice, flag, port
from app.core.tensor_type import TensorType
from blocks.elementwise import promoted
from blocks.loss._loss import REDUCTION_HELP, Loss, same_shape
from blocks.rules import floating


@dataclass(frozen=True, kw_only=True)
class KLDivLoss(Loss):
    """How far predicted log-probabilities are from wanted probabilities: distillation, soft targets.

    loss = Σ target · (log target - x) over the classes, averaged over the batch
    Shapes: two of the same, classes last → scalar, or their shape where the reduction is none.
    Source: Kullback & Leibler, On information and sufficiency, 1951; as torch.nn.functional.kl_div.
    """

    inputs = (
        port("log_probabilities", "After a log-softmax."),
        port("target", "The wanted probabilities, of the same shape."),
    )
    synonyms = ("kullback leibler", "distillation", "teacher student", "soft targets", "relative entropy")

    reduction: str = choice("batchmean", "mean", "sum", "batchmean", "none", label="Reduction", help=REDUCTION_HELP)
    log_target: bool = flag(
        False, label="Target in logarithms", help="Whether the target, too, is after a log-softmax."
    )

    def infer(self, log_probabilities: TensorType, target: TensorType) -> TensorType:
        floating(log_probabilities, "log_probabilities")
        floating(target, "target")
        shape = same_shape(log_probabilities, target, "target")
        return self.reduced(TensorType(shape, promoted(log_probabilities, target)))

    def call(self, log_probabilities: TensorType, target: TensorType) -> Expression:
        given = self.beyond(log_target=False)
        more = ", log_target=log_target" if given else ""
        if self.reduction == "mean":  # torch warns of its own mean, which is none over the batch
            return Expression(f'F.kl_div(log_probabilities, target, reduction="none"{more}).mean()', **given)
        text = f'F.kl_div(log_probabilities, target, reduction="{self.reduction}"{more})'
        return Expression(text, **given)
