"""Accuracy."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Metric, choice, port, whole
from app.core.problems import SetArgument, ShapeError
from app.core.symbolic import smaller
from app.core.tensor_type import TensorType
from blocks.metric._metric import CLASSES_HELP, IGNORED_HELP, NUMBER, MetricBlock, classified


@dataclass(frozen=True, kw_only=True)
class Accuracy(MetricBlock):
    """How often the right class is among the likeliest: right ones over all, of a whole split.

    Shapes: logits B×C, B×C×H×W (classes second) or B×T×C (classes last), target the same without C → scalar.
    Source: counted as torchmetrics does with average micro.
    """

    source = "accuracy"
    inputs = (port("logits", "Scores of the classes."), port("target", "The right class of each."))
    synonyms = ("right", "top-5", "correct", "classification", "error rate")

    top_k: int = whole(1, low=1, label="Among the best", help="1 counts the likeliest class alone, 5 the five best.")
    classes: str = choice("second", "second", "last", label="Classes in dimension", help=CLASSES_HELP)
    ignore_index: int | None = whole(label="Ignored class", help=IGNORED_HELP)

    def infer(self, logits: TensorType, target: TensorType) -> TensorType:
        classified(logits, target, self.classes, selectable=True)
        count = logits.shape[1 if self.classes == "second" else -1]
        if smaller(count, self.top_k):
            raise ShapeError(
                f"There are {count} classes, so the right one is always among the best {self.top_k}.",
                expected=f"at most {count}",
                came=str(self.top_k),
                part="top_k",
                fixes=(SetArgument("top_k", 1, "Count the likeliest alone"),),
            )
        return NUMBER

    def call(self, logits: TensorType, target: TensorType) -> Metric:
        class_dim = 1 if self.classes == "second" or logits.rank == 2 else -1
        arguments = {"top_k": self.top_k, "class_dim": class_dim, "ignore_index": self.ignore_index}
        return self.module(arguments, {"top_k": 1, "class_dim": 1, "ignore_index": None})

    def detail(self) -> str:
        return f"top {self.top_k}"
