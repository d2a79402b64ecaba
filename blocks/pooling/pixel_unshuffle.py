"""nn.PixelUnshuffle."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, Module, whole
from app.core.problems import ShapeError
from app.core.symbolic import exact_div, indivisible
from app.core.tensor_type import TensorType
from blocks.rules import shaped


@dataclass(frozen=True, kw_only=True)
class PixelUnshuffle(Block):
    """Puts the pixels of each square into channels of their own: resolution becomes depth, and nothing is lost.

    y[c·r² + i·r + j, h, w] = x[c, h·r + i, w·r + j] with r the factor.
    Shapes: B×C×(H·r)×(W·r) → B×(C·r²)×H×W.
    Source: Shi et al., Real-time single image and video super-resolution, 2016, backwards; as torch.nn.PixelUnshuffle.
    """

    synonyms = ("space to depth", "squeeze", "downsampling", "focus", "patch merging")

    downscale_factor: int = whole(2, low=1, label="Factor", help="Side of the squares; r in the formula.")

    def infer(self, input: TensorType) -> TensorType:
        shaped(input, "B×C×H×W")
        factor = self.downscale_factor
        batch, channels, height, width = input.shape
        for side, size in (("height", height), ("width", width)):
            if indivisible(size, factor):
                raise ShapeError(
                    f"The {side} is cut in pieces of {factor}, so it must be a multiple of {factor}; {size} came. "
                    "Pad or crop before it.",
                    expected=f"a multiple of {factor}",
                    came=str(size),
                    part="input",
                )
        return input.with_shape(
            batch, channels * (factor * factor), exact_div(height, factor), exact_div(width, factor)
        )

    def call(self, input: TensorType) -> Module:
        arguments = {"downscale_factor": self.downscale_factor}
        template = "F.pixel_unshuffle(input, downscale_factor)"
        return Module("nn.PixelUnshuffle", arguments, positional=1, functional=template)

    def detail(self) -> str:
        return f"/{self.downscale_factor}"
