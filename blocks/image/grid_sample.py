"""GridSample."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, Expression, choice, flag, port
from app.core.problems import SetArgument, ShapeError
from app.core.symbolic import differ
from app.core.tensor_type import TensorType
from blocks.rules import floating, same_dtype, same_size, wrong_shape

MODES = ("bilinear", "nearest", "bicubic")
PADDING = ("zeros", "border", "reflection")


@dataclass(frozen=True, kw_only=True)
class GridSample(Block):
    """Reads maps at places that a grid gives, between pixels too: turning, warping, deformable sampling.

    y[:, h, w] = x at the place grid[h, w] = (x, y), where -1 and 1 are the borders
    Shapes: B×C×H×W and B×h×w×2 → B×C×h×w; for volumes B×C×D×H×W and B×d×h×w×3.
    Source: torch.nn.functional.grid_sample; Jaderberg et al., Spatial transformer networks, 2015.
    """

    inputs = (port("input", "Maps that are read."), port("grid", "Places, as AffineGrid gives them."))
    synonyms = ("spatial transformer", "warp", "optical flow", "bilinear sampling", "remap", "deformable", "rotate")

    mode: str = choice("bilinear", *MODES, label="Mode", help="How a value between pixels is found.")
    padding_mode: str = choice("zeros", *PADDING, label="Outside", help="What lies beyond the borders.")
    align_corners: bool = flag(False, label="Align corners", help="-1 and 1 are centres of corner pixels, not edges.")

    def infer(self, input: TensorType, grid: TensorType) -> TensorType:
        if input.rank not in (4, 5):
            raise wrong_shape(input, "B×C×H×W")
        floating(input)
        same_dtype(grid, input, "grid", "input")
        sides = input.rank - 2
        if grid.rank != input.rank or differ(grid.shape[-1], sides):
            pattern = "B×h×w×2" if sides == 2 else "B×d×h×w×3"
            raise wrong_shape(grid, pattern, "grid")
        same_size(grid.shape[0], input.shape[0], "batch", "grid", "input")
        if self.mode == "bicubic" and sides == 3:
            raise ShapeError(
                f"Bicubic sampling is for images, B×C×H×W; {input} came. Take bilinear.",
                expected="B×C×H×W",
                came=str(input),
                part="mode",
                fixes=(SetArgument("mode", "bilinear", "Take bilinear"),),
            )
        return input.with_shape(*input.shape[:2], *grid.shape[1:-1])

    def call(self, input: TensorType, grid: TensorType) -> Expression:
        mode = "" if self.mode == "bilinear" else f', mode="{self.mode}"'
        padding = "" if self.padding_mode == "zeros" else f', padding_mode="{self.padding_mode}"'
        return Expression(f"F.grid_sample(input, grid{mode}{padding}, align_corners={self.align_corners})")

    def detail(self) -> str:
        return self.mode
