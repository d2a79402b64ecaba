"""DrawBoxes."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, Expression, port, real
from app.core.tensor_type import TensorType
from blocks.image._boxes import check_boxes
from blocks.image._maps import check_maps
from blocks.rules import floating, same_size, shaped


@dataclass(frozen=True, kw_only=True)
class DrawBoxes(Block):
    """Draws the outlines of boxes into images, white and one pixel wide, for people to look at.

    y = 1 on the outlines of boxes whose score is at least the threshold, else x
    Shapes: images B×C×H×W, corners B×N×4 in pixels and scores B×N → images as they came in.
    Source: as torchvision.utils.draw_bounding_boxes.
    """

    inputs = (
        port("image", "From 0 to 1."),
        port("boxes", "Corners: left, top, right, bottom."),
        port("scores", "How sure each box is."),
    )
    synonyms = ("bounding boxes", "rectangles", "detections", "preview", "outline")

    threshold: float = real(0.5, low=0.0, high=1.0, label="Least score", help="Boxes that are less sure stay unseen.")

    def infer(self, image: TensorType, boxes: TensorType, scores: TensorType) -> TensorType:
        check_maps(image, "image")
        check_boxes(boxes)
        shaped(scores, "B×N", "scores")
        floating(scores, "scores")
        for came, name in ((boxes, "boxes"), (scores, "scores")):
            same_size(came.shape[0], image.shape[0], "batch size", name, "image")
        same_size(scores.shape[1], boxes.shape[1], "number of boxes", "scores", "boxes")
        return image

    def call(self, image: TensorType, boxes: TensorType, scores: TensorType) -> Expression:
        self.infer(image, boxes, scores)
        return Expression("draw_boxes(image, boxes, scores, threshold)", source="draw_boxes", threshold=self.threshold)
