"""Grayscale."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, Expression
from app.core.problems import ShapeError
from app.core.symbolic import differ
from app.core.tensor_type import TensorType
from blocks.image._maps import check_maps


@dataclass(frozen=True, kw_only=True)
class Grayscale(Block):
    """Colour images as one channel of brightness.

    y = 0.299 · red + 0.587 · green + 0.114 · blue
    Shapes: B×3×H×W → B×1×H×W.
    Source: Recommendation ITU-R BT.601, the weights of luma.
    """

    synonyms = ("grey", "gray", "luminance", "rgb to grayscale", "brightness", "black and white")

    def infer(self, input: TensorType) -> TensorType:
        check_maps(input)
        if differ(input.shape[1], 3):
            raise ShapeError(
                f"A colour image has three channels, B×3×H×W; {input} came.",
                expected="3 channels",
                came=str(input.shape[1]),
                part="input",
            )
        return input.with_shape(input.shape[0], 1, *input.shape[2:])

    def call(self, input: TensorType) -> Expression:
        return Expression("0.299 * input[:, 0:1] + 0.587 * input[:, 1:2] + 0.114 * input[:, 2:3]")
