"""NonMaximumSuppression."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, Expression, flag, port, real, whole
from app.core.tensor_type import TensorType
from blocks.image._boxes import check_boxes
from blocks.rules import floating, same_dtype, same_size, shaped


@dataclass(frozen=True, kw_only=True)
class NonMaximumSuppression(Block):
    """Of boxes that lie on one another only the surest stays: one answer for one thing.

    Again and again the highest score is taken, and boxes (of its class, or of any) are struck out whose intersection
    with it, divided by their union, is above the threshold.
    Shapes: boxes B×N×4 and scores B×N×C → boxes B×K×4, scores B×K and classes B×K; where fewer than K are left, the
    score is 0 and the class -1.
    Source: Felzenszwalb et al., Object detection with discriminatively trained part-based models, 2010; as
    torchvision.ops.batched_nms.
    """

    inputs = (
        port("boxes", "Corners: left, top, right, bottom."),
        port("scores", "Of each class, from 0 to 1, without the background."),
    )
    outputs = (
        port("boxes", "What stays, the surest first."),
        port("scores", "How sure."),
        port("labels", "Which class; -1 where nothing is left."),
    )
    synonyms = ("nms", "suppress", "detection", "overlap", "iou", "duplicates", "batched nms")

    most: int = whole(20, low=1, high=1000, label="Most", help="How many boxes may stay in one image.")
    iou_threshold: float = real(
        0.5, low=0.0, high=1.0, label="Overlap", help="Above this intersection over union the less sure one goes."
    )
    score_threshold: float = real(0.05, low=0.0, high=1.0, label="Least score", help="What is less sure is left out.")
    each_class: bool = flag(
        True, label="Each class by itself", help="Otherwise a box strikes out those of other classes, too."
    )

    def infer(self, boxes: TensorType, scores: TensorType) -> tuple[TensorType, TensorType, TensorType]:
        check_boxes(boxes)
        shaped(scores, "B×N×C", "scores")
        floating(scores, "scores")
        same_dtype(scores, boxes, "scores", "boxes")
        same_size(scores.shape[0], boxes.shape[0], "batch size", "scores", "boxes")
        same_size(scores.shape[1], boxes.shape[1], "number of boxes", "scores", "boxes")
        kept = boxes.with_shape(boxes.shape[0], self.most)
        return boxes.with_shape(boxes.shape[0], self.most, 4), kept, kept.with_dtype("int64")

    def call(self, boxes: TensorType, scores: TensorType) -> Expression:
        self.infer(boxes, scores)
        across = "" if self.each_class else ", each_class=False"
        return Expression(
            f"non_maximum_suppression(boxes, scores, most, iou_threshold, score_threshold{across})",
            returns="boxes, scores, labels",
            source="non_maximum_suppression",
            most=self.most,
            iou_threshold=self.iou_threshold,
            score_threshold=self.score_threshold,
        )

    def detail(self) -> str:
        return f"over {self.iou_threshold:g}"
