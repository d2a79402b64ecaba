"""What precision, recall and F1 have in common: one module counts hits, false alarms and misses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from app.core.block import Metric, choice, port, real, whole
from app.core.problems import SetArgument, ShapeError
from app.core.symbolic import smaller
from app.core.tensor_type import TensorType
from blocks.metric._metric import CLASSES_HELP, IGNORED_HELP, NUMBER, MetricBlock, alike, classified
from blocks.rules import at_least_rank, numeric

AVERAGE_HELP = (
    "Macro: each class counts alike; weighted: as often as it is true; micro: all answers are counted together."
)


@dataclass(frozen=True, kw_only=True)
class ClassScoreBlock(MetricBlock):
    """Base of scores of classes: of logits with one class right, or of yes-or-no answers in the target's shape."""

    source = "class_score"
    score: ClassVar[str]
    inputs = (
        port("logits", "Scores of the classes, or one score for each yes-or-no answer."),
        port("target", "The right class of each, or 0 and 1 in the shape of the scores."),
    )

    average: str = choice("macro", "macro", "weighted", "micro", label="Average", help=AVERAGE_HELP)
    only_class: int | None = whole(low=0, label="Only class", help="The score of this class alone. Empty: of all.")
    classes: str = choice("second", "second", "last", label="Classes in dimension", help=CLASSES_HELP)
    threshold: float = real(0.0, label="Threshold", help="Of yes-or-no answers: 0 for logits, 0.5 for probabilities.")
    ignore_index: int | None = whole(label="Ignored class", help=IGNORED_HELP)

    def infer(self, logits: TensorType, target: TensorType) -> TensorType:
        numeric(logits, "logits")
        at_least_rank(logits, 1, "B×C, or answers", "logits")
        if logits.rank == target.rank:
            alike(logits, target)
            count = logits.shape[1] if logits.rank > 1 else 1
        else:
            classified(logits, target, self.classes, selectable=True)
            count = logits.shape[1 if self.classes == "second" else -1]
        if self.only_class is not None and smaller(count, self.only_class + 1):
            raise ShapeError(
                f"There are {count} classes, so the only class may be 0 to {count - 1}; {self.only_class} came.",
                expected=f"at most {count - 1}",
                came=str(self.only_class),
                part="only_class",
                fixes=(SetArgument("only_class", None, "Count all classes"),),
            )
        return NUMBER

    def call(self, logits: TensorType, target: TensorType) -> Metric:
        class_dim: int | None = 1 if self.classes == "second" or logits.rank == 2 else -1
        if logits.rank == target.rank:
            class_dim = None
        arguments: dict[str, Any] = {
            "score": self.score,
            "average": self.average,
            "class_dim": class_dim,
            "only_class": self.only_class,
            "threshold": self.threshold,
            "ignore_index": self.ignore_index,
        }
        defaults = {
            "score": "f1",
            "average": "macro",
            "class_dim": 1,
            "only_class": None,
            "threshold": 0.0,
            "ignore_index": None,
        }
        return Metric("ClassScore", arguments, defaults=defaults, source=self.source)

    def detail(self) -> str:
        return self.average if self.only_class is None else f"class {self.only_class}"[:20]
