"""MeanAveragePrecision."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Metric, port, real
from app.core.problems import ShapeError
from app.core.symbolic import differ
from app.core.tensor_type import TensorType
from blocks.image._boxes import check_boxes
from blocks.metric._metric import NUMBER, MetricBlock
from blocks.rules import floating, same_size, wrong_dtype


@dataclass(frozen=True, kw_only=True)
class MeanAveragePrecision(MetricBlock):
    """How good detections are along their whole ranking: found things count, doubled and wrong boxes cost.

    Of each class, over a whole split: from the surest box on, one is right if it overlaps a thing of its class that no
    surer box has taken. y = mean over classes of the area under precision over recall, precision never rising.
    Shapes: boxes B×N×4, scores B×N and classes B×N; true boxes B×M×4 and classes B×M → scalar. A class of -1 is none.
    Source: Everingham et al., The Pascal visual object classes challenge, 2010; Lin et al., Microsoft COCO, 2014.
    """

    source = "mean_average_precision"
    inputs = (
        port("boxes", "What was found: left, top, right, bottom."),
        port("scores", "How sure each is."),
        port("labels", "Which class each is; -1: none."),
        port("true_boxes", "What is there."),
        port("true_labels", "Which class each thing is; -1: none."),
    )
    synonyms = ("map", "detection", "average precision", "ap50", "coco", "pascal voc", "boxes")

    iou_threshold: float = real(
        0.5, low=0.0, high=1.0, label="Overlap", help="Intersection over union from which a box is right."
    )

    def infer(
        self,
        boxes: TensorType,
        scores: TensorType,
        labels: TensorType,
        true_boxes: TensorType,
        true_labels: TensorType,
    ) -> TensorType:
        for name, came in (("boxes", boxes), ("true_boxes", true_boxes)):
            check_boxes(came, name)
        same_size(true_boxes.shape[0], boxes.shape[0], "batch size", "true_boxes", "boxes")
        floating(scores, "scores")
        for name, came in (("labels", labels), ("true_labels", true_labels)):
            if came.dtype != "int64":
                raise wrong_dtype(came, "classes as whole numbers", "int64", name)
        for name, came, of in (
            ("scores", scores, boxes),
            ("labels", labels, boxes),
            ("true_labels", true_labels, true_boxes),
        ):
            _one_for_each(name, came, of)
        return NUMBER

    def call(self, *inputs: TensorType) -> Metric:
        return self.module({"iou_threshold": self.iou_threshold}, {"iou_threshold": 0.5})

    def detail(self) -> str:
        return f"at {self.iou_threshold:g}"


def _one_for_each(name: str, came: TensorType, boxes: TensorType) -> None:
    """A number for each box."""
    wanted = came.with_shape(*boxes.shape[:2])
    if came.rank != 2 or any(map(differ, came.shape, wanted.shape)):
        raise ShapeError(
            f"“{name}” must have one number for each box of {boxes}, {wanted}; {came} came.",
            expected=str(wanted),
            came=str(came),
            part=name,
        )
