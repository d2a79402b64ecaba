"""MeanIoU."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Metric, port, whole
from app.core.problems import ShapeError
from app.core.symbolic import smaller
from app.core.tensor_type import TensorType
from blocks.metric._metric import IGNORED_HELP, NUMBER, MetricBlock, classified


@dataclass(frozen=True, kw_only=True)
class MeanIoU(MetricBlock):
    """How well predicted regions cover the true ones: intersection over union, averaged over the classes.

    Counted over all positions of a whole split; a class that is nowhere predicted nor true does not count.
    Shapes: logits B×C×H×W, target B×H×W → scalar.
    Source: Everingham et al., The Pascal visual object classes challenge, 2010.
    """

    source = "mean_iou"
    inputs = (port("logits", "Scores of the classes, in the second dimension."), port("target", "The right ones."))
    synonyms = ("intersection over union", "jaccard", "segmentation", "miou")

    ignore_index: int | None = whole(label="Ignored class", help=IGNORED_HELP)

    def infer(self, logits: TensorType, target: TensorType) -> TensorType:
        classified(logits, target, "second")
        if smaller(logits.shape[1], 2):
            raise ShapeError(
                "MeanIoU needs scores of at least two classes, the background counted; 1 came.",
                expected="at least 2 classes",
                came=str(logits),
                part="logits",
            )
        return NUMBER

    def call(self, logits: TensorType, target: TensorType) -> Metric:
        return self.module({"ignore_index": self.ignore_index}, {"ignore_index": None})
