"""ConfusionMatrix."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Metric, choice, flag, port, whole
from app.core.tensor_type import TensorType
from blocks.metric._metric import CLASSES_HELP, IGNORED_HELP, MetricBlock, classified


@dataclass(frozen=True, kw_only=True)
class ConfusionMatrix(MetricBlock):
    """How often each true class was taken for each class: a matrix to look at in a preview.

    y[i, j] = how many of class i were predicted as j; as shares: over how many of class i there are
    Shapes: logits B×C, B×C×H×W (classes second) or B×T×C (classes last), target the same without C → C×C.
    Source: as sklearn.metrics.confusion_matrix.
    """

    source = "confusion_matrix"
    inputs = (port("logits", "Scores of the classes."), port("target", "The right class of each."))
    synonyms = ("contingency table", "errors", "classification", "per class accuracy")

    shares: bool = flag(False, label="As shares", help="Each row sums to 1; off: counts.")
    classes: str = choice("second", "second", "last", label="Classes in dimension", help=CLASSES_HELP)
    ignore_index: int | None = whole(label="Ignored class", help=IGNORED_HELP)

    def infer(self, logits: TensorType, target: TensorType) -> TensorType:
        classified(logits, target, self.classes, selectable=True)
        count = logits.shape[1 if self.classes == "second" else -1]
        return TensorType((count, count))

    def call(self, logits: TensorType, target: TensorType) -> Metric:
        class_dim = 1 if self.classes == "second" or logits.rank == 2 else -1
        arguments = {"shares": self.shares, "class_dim": class_dim, "ignore_index": self.ignore_index}
        return self.module(arguments, {"shares": False, "class_dim": 1, "ignore_index": None})

    def detail(self) -> str:
        return "shares" if self.shares else ""
