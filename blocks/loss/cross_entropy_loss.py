"""CrossEntropyLoss."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.core.block import Expression, choice, port, real, whole
from app.core.problems import SetArgument, ShapeError
from app.core.symbolic import Dim, differ
from app.core.tensor_type import TensorType
from blocks.loss._loss import Loss, class_weights, weighted
from blocks.rules import at_least_rank, floating, wrong_dtype


@dataclass(frozen=True, kw_only=True)
class CrossEntropyLoss(Loss):
    """How surprised a classifier is by the right classes: softmax and negative log-likelihood in one.

    loss = mean of -log softmax(logits)[target], each weighted as its class is
    Shapes: logits B×C, B×C×H×W (classes second) or B×T×C (classes last), target the same without C → scalar.
    Source: torch.nn.functional.cross_entropy; smoothing: Szegedy et al., Rethinking the Inception architecture, 2015.
    """

    inputs = (
        port("logits", "Scores of the classes, before any softmax."),
        port("target", "The right class of each, as whole numbers."),
    )
    synonyms = ("softmax loss", "log loss", "classification", "negative log likelihood", "language model loss")

    classes: str = choice(
        "second",
        "second",
        "last",
        label="Classes in dimension",
        help="Second for B×C and for maps, B×C×H×W; last for sequences, B×T×C.",
    )
    label_smoothing: float = real(
        0.0, low=0.0, high=1.0, label="Label smoothing", help="Share of the target that is spread over all classes."
    )
    ignore_index: int | None = whole(label="Ignored class", help="Positions with this target do not count: padding.")
    class_weights: tuple[float, ...] = class_weights()

    def infer(self, logits: TensorType, target: TensorType) -> TensorType:
        at_least_rank(logits, 2, "B×C or more dimensions", "logits")
        floating(logits, "logits")
        if target.dtype != "int64":
            raise wrong_dtype(target, "classes as whole numbers", "int64", "target")
        shape = self._without_classes(logits)
        if target.rank != len(shape) or any(map(differ, target.shape, shape)):
            raise self._misfit(logits, target, shape)
        weighted(self.class_weights, logits.shape[-1 if self.classes == "last" else 1], "“logits”")
        return self.reduced(logits.with_shape(*target.shape))

    def _without_classes(self, logits: TensorType) -> tuple[Dim, ...]:
        return logits.shape[:-1] if self.classes == "last" else (logits.shape[0], *logits.shape[2:])

    def _misfit(self, logits: TensorType, target: TensorType, shape: tuple[Dim, ...]) -> ShapeError:
        other = "last" if self.classes == "second" else "second"
        turned = logits.shape[:-1] if other == "last" else (logits.shape[0], *logits.shape[2:])
        fits = target.rank == len(turned) and not any(map(differ, target.shape, turned))
        expected = str(TensorType(shape, "int64"))
        mend = f" Or are the classes in the {other} dimension?" if fits else ""
        return ShapeError(
            f"For logits {logits} with the classes in the {self.classes} dimension the target must be {expected}; "
            f"{target} came.{mend}",
            expected=expected,
            came=str(target),
            part="target",
            fixes=(SetArgument("classes", other, f"Take the {other} dimension for the classes"),) if fits else (),
        )

    def call(self, logits: TensorType, target: TensorType) -> Expression:
        values: dict[str, Any] = {}
        if self.ignore_index is not None:
            values["ignore_index"] = self.ignore_index
        if self.label_smoothing:
            values["label_smoothing"] = self.label_smoothing
        held = {"class_weights": self.class_weights} if self.class_weights else {}
        weight = ", weight=logits.new_tensor(class_weights)" if held else ""
        if self.classes == "second" or logits.rank == 2:
            return self.functional(f"F.cross_entropy(logits, target{weight}", held, **values)
        if self.reduction == "none":
            return self.functional(f"F.cross_entropy(logits.movedim(-1, 1), target{weight}", held, **values)
        front = "logits.flatten(0, 1)" if logits.rank == 3 else "logits.flatten(0, -2)"
        return self.functional(f"F.cross_entropy({front}, target.flatten(){weight}", held, **values)

    def detail(self) -> str:
        return "" if self.classes == "second" else "classes last"
