"""NLLLoss."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.core.block import Expression, port, whole
from app.core.problems import ShapeError
from app.core.symbolic import differ
from app.core.tensor_type import TensorType
from blocks.loss._loss import Loss, class_weights, weighted
from blocks.rules import at_least_rank, floating, wrong_dtype


@dataclass(frozen=True, kw_only=True)
class NLLLoss(Loss):
    """Negative log-likelihood of the right classes, from log-probabilities (as LogSoftmax gives them).

    loss = mean of -log_probabilities[target], each weighted as its class is
    Shapes: B×C or B×C×H×W, target the same without C → scalar.
    Source: torch.nn.functional.nll_loss.
    """

    inputs = (
        port("log_probabilities", "After a log-softmax; classes in the second dimension."),
        port("target", "The right class of each, as whole numbers."),
    )
    synonyms = ("negative log likelihood", "classification")

    ignore_index: int | None = whole(label="Ignored class", help="Positions with this target do not count: padding.")
    class_weights: tuple[float, ...] = class_weights()

    def infer(self, log_probabilities: TensorType, target: TensorType) -> TensorType:
        at_least_rank(log_probabilities, 2, "B×C or more dimensions", "log_probabilities")
        floating(log_probabilities, "log_probabilities")
        if target.dtype != "int64":
            raise wrong_dtype(target, "classes as whole numbers", "int64", "target")
        batch, _, *rest = log_probabilities.shape
        shape = (batch, *rest)
        if target.rank != len(shape) or any(map(differ, target.shape, shape)):
            expected = str(TensorType(shape, "int64"))
            raise ShapeError(
                f"For log-probabilities {log_probabilities} the target must be {expected}; {target} came.",
                expected=expected,
                came=str(target),
                part="target",
            )
        weighted(self.class_weights, log_probabilities.shape[1], "“log_probabilities”")
        return self.reduced(log_probabilities.with_shape(*target.shape))

    def call(self, log_probabilities: TensorType, target: TensorType) -> Expression:
        values: dict[str, Any] = {} if self.ignore_index is None else {"ignore_index": self.ignore_index}
        if not self.class_weights:
            return self.functional("F.nll_loss(log_probabilities, target", **values)
        weight = "weight=log_probabilities.new_tensor(class_weights)"
        held = {"class_weights": self.class_weights}
        return self.functional(f"F.nll_loss(log_probabilities, target, {weight}", held, **values)
