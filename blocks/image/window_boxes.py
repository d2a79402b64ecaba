"""WindowBoxes."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, Expression, port, real, whole
from app.core.tensor_type import TensorType
from blocks.image._maps import check_maps


@dataclass(frozen=True, kw_only=True)
class WindowBoxes(Block):
    """The windows that the places of a map have seen: where in the image each of a convolutional net's answers lies.

    y[i · W + j] = (j, i, j, i) · stride / scale + (0, 0, window, window) / scale
    Shapes: maps B×C×H×W → corners B×(H·W)×4, as left, top, right, bottom in pixels, row by row.
    Source: Sermanet et al., OverFeat: integrated recognition, localization and detection using convolutional networks,
    2013.
    """

    inputs = (port("input", "What the net gives: its places are the windows."),)
    synonyms = ("sliding window", "anchors", "default boxes", "receptive field", "detection", "grid")

    window: int = whole(16, low=1, label="Window", help="Pixels to a side of what one place has seen.")
    stride: int = whole(
        4, low=1, label="Stride", help="Pixels from one place to the next: the net's strides, multiplied."
    )
    scale: float = real(1.0, low=0.001, label="Scale", help="By how much the image was enlarged before the net saw it.")

    def infer(self, input: TensorType) -> TensorType:
        check_maps(input)
        batch, _, height, width = input.shape
        return input.with_shape(batch, height * width, 4)

    def call(self, input: TensorType) -> Expression:
        self.infer(input)
        return Expression(
            "window_boxes(input, window, stride, scale)",
            source="window_boxes",
            window=self.window,
            stride=self.stride,
            scale=self.scale,
        )

    def detail(self) -> str:
        return f"{self.window} every {self.stride}"
