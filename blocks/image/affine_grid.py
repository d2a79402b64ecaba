"""AffineGrid."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, Expression, flag, port
from app.core.problems import SetArgument, ShapeError
from app.core.symbolic import differ
from app.core.tensor_type import TensorType
from blocks.rules import at_least_rank, certainly, floating, same_size


@dataclass(frozen=True, kw_only=True)
class AffineGrid(Block):
    """Where each pixel of a turned, moved or scaled image comes from, for GridSample.

    y[h, w] = theta · (x, y, 1), where x and y go from -1 to 1 over the image
    Shapes: theta B×2×3 and maps B×C×H×W → B×H×W×2; for volumes B×3×4 and B×C×D×H×W → B×D×H×W×3.
    Source: torch.nn.functional.affine_grid; Jaderberg et al., Spatial transformer networks, 2015.
    """

    inputs = (
        port("theta", "B×2×3: a matrix for each image, that leads from new places to old ones."),
        port("like", "Maps whose size the grid gets."),
    )
    synonyms = ("spatial transformer", "stn", "rotate", "affine transform", "localisation")

    align_corners: bool = flag(False, label="Align corners", help="-1 and 1 are centres of corner pixels, not edges.")

    def infer(self, theta: TensorType, like: TensorType) -> TensorType:
        floating(theta, "theta")
        at_least_rank(like, 4, "maps: B×C×H×W or B×C×D×H×W", "like")
        sides = like.rank - 2
        if like.rank > 5:
            raise ShapeError(
                f"“like” takes B×C×H×W or B×C×D×H×W; {like} came.",
                expected="B×C×H×W",
                came=str(like),
                part="like",
            )
        if theta.rank != 3 or differ(theta.shape[1], sides) or differ(theta.shape[2], sides + 1):
            raise ShapeError(
                f"“theta” takes a matrix of {sides}×{sides + 1} for each example, B×{sides}×{sides + 1}; {theta} came. "
                f"Reshape what a Linear to {sides * (sides + 1)} features gives.",
                expected=f"B×{sides}×{sides + 1}",
                came=str(theta),
                part="theta",
            )
        same_size(theta.shape[0], like.shape[0], "batch", "theta", "like")
        if self.align_corners and any(certainly(side, 1) for side in like.shape[2:]):
            raise ShapeError(
                f"A side of one pixel has no two corners to align; {like} came. Do not align them.",
                expected="sides of at least 2",
                came=str(like),
                part="align_corners",
                fixes=(SetArgument("align_corners", False, "Do not align corners"),),
            )
        return theta.with_shape(like.shape[0], *like.shape[2:], sides)

    def call(self, theta: TensorType, like: TensorType) -> Expression:
        return Expression(f"F.affine_grid(theta, list(like.shape), align_corners={self.align_corners})")
