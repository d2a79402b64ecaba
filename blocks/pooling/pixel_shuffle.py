"""nn.PixelShuffle."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, Module, whole
from app.core.problems import ShapeError
from app.core.symbolic import exact_div, indivisible
from app.core.tensor_type import TensorType
from blocks.rules import shaped


@dataclass(frozen=True, kw_only=True)
class PixelShuffle(Block):
    """Lays groups of channels side by side as pixels: depth becomes resolution.

    y[c, h·r + i, w·r + j] = x[c·r² + i·r + j, h, w] with r the factor.
    Shapes: B×(C·r²)×H×W → B×C×(H·r)×(W·r).
    Source: Shi et al., Real-time single image and video super-resolution, 2016; as torch.nn.PixelShuffle.
    """

    synonyms = ("sub-pixel convolution", "depth to space", "upsampling", "super-resolution")

    upscale_factor: int = whole(2, low=1, label="Factor", help="How many times as high and wide; r in the formula.")

    def infer(self, input: TensorType) -> TensorType:
        shaped(input, "B×C×H×W")
        factor = self.upscale_factor
        batch, channels, height, width = input.shape
        if indivisible(channels, factor * factor):
            raise ShapeError(
                f"The channels are laid out in squares of {factor}×{factor}, so their number must be a multiple of "
                f"{factor * factor}; {channels} came. Change the channels before it.",
                expected=f"a multiple of {factor * factor}",
                came=str(channels),
                part="input",
            )
        return input.with_shape(batch, exact_div(channels, factor * factor), height * factor, width * factor)

    def call(self, input: TensorType) -> Module:
        arguments = {"upscale_factor": self.upscale_factor}
        return Module("nn.PixelShuffle", arguments, positional=1, functional="F.pixel_shuffle(input, upscale_factor)")

    def detail(self) -> str:
        return f"×{self.upscale_factor}"
