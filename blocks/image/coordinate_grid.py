"""CoordinateGrid."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, Expression, flag, port
from app.core.tensor_type import TensorType
from blocks.image._maps import check_maps


@dataclass(frozen=True, kw_only=True)
class CoordinateGrid(Block):
    """Two maps that hold each pixel's place, from -1 to 1, for a net that must know where it looks.

    y[0, h, w] = 2 · w / (W - 1) - 1, y[1, h, w] = 2 · h / (H - 1) - 1
    Shapes: B×C×H×W → B×2×H×W, or behind the input's own channels B×(C + 2)×H×W.
    Source: Liu et al., An intriguing failing of convolutional neural networks and the CoordConv solution, 2018.
    """

    inputs = (port("input", "Maps whose size it gets."),)
    synonyms = ("coordconv", "position channels", "spatial broadcast", "pixel coordinates", "linspace", "meshgrid")

    append: bool = flag(False, label="Append", help="Put the two behind the input's channels.")

    def infer(self, input: TensorType) -> TensorType:
        check_maps(input)
        batch, channels, height, width = input.shape
        return input.with_shape(batch, channels + 2 if self.append else 2, height, width)

    def call(self, input: TensorType) -> Expression:
        grid = "coordinate_grid(input)"
        return Expression(f"torch.cat([input, {grid}], dim=1)" if self.append else grid, source="coordinate_grid")
