"""Crop."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, Expression, choice, port, whole
from app.core.problems import SetArgument, ShapeError
from app.core.symbolic import Dim, Symbol
from app.core.tensor_type import TensorType
from blocks.rules import at_least_rank


@dataclass(frozen=True, kw_only=True)
class Crop(Block):
    """Cuts maps down to the size of other maps, whose values it does not look at: U-Net's skip connection.

    Shapes: B×C×H×W and B×D×h×w → B×C×h×w; likewise for lengths and volumes.
    Source: Ronneberger et al., U-Net, 2015, which keeps the centre; FCN keeps a corner from an offset on.
    """

    inputs = (port("input", "What is cut."), port("like", "Whose size it gets."))
    synonyms = ("cut to size", "center crop", "skip", "match size")

    keep: str = choice("centre", "centre", "corner", label="What stays", help="The centre, or the first corner.")
    offset: int = whole(0, low=0, label="Offset", help="Where the corner begins, along each side.")

    def infer(self, input: TensorType, like: TensorType) -> TensorType:
        at_least_rank(input, 3, "maps: B×C×L, B×C×H×W or B×C×D×H×W")
        if like.rank != input.rank:
            raise ShapeError(
                f"“like” must have {input.rank} dimensions, as “input” has; {like} came.",
                expected=f"{input.rank} dimensions",
                came=str(like),
                part="like",
            )
        for mine, its in zip(input.shape[2:], like.shape[2:], strict=True):
            if _surely_smaller(mine, its):
                raise ShapeError(
                    f"Crop only makes maps smaller: {input} cannot become as large as {like}. "
                    "Swap the wires, or use Interpolate.",
                    expected=f"sides of at most {'×'.join(map(str, input.shape[2:]))}",
                    came=str(like),
                    part="like",
                )
            if self._begins and _surely_smaller(mine, its + self._begins):
                raise ShapeError(
                    f"From {self.offset} on, less of {input} is left than the size of {like}. Take a smaller offset.",
                    expected=f"an offset of at most {mine - its}",
                    came=str(self.offset),
                    part="offset",
                    fixes=(SetArgument("offset", 0, "Begin at the corner"),),
                )
        return input.with_shape(*input.shape[:2], *like.shape[2:])

    def call(self, input: TensorType, like: TensorType) -> Expression:
        if self.keep == "centre":
            return Expression("center_crop(input, like)", source="center_crop")
        if self._begins:
            return Expression("crop_from(input, like, offset)", source="crop_from", offset=self.offset)
        sides = ", ".join(f": like.shape[{dim}]" for dim in range(2 - input.rank, 0))
        return Expression(f"input[..., {sides}]")

    def detail(self) -> str:
        return f"from {self.offset}" if self._begins else self.keep

    @property
    def _begins(self) -> int:
        """Where the cut begins; the centre knows its place by itself."""
        return self.offset if self.keep == "corner" else 0


def _surely_smaller(mine: Dim, its: Dim) -> bool:
    gap = mine - its
    return not isinstance(gap, Symbol) and gap < 0
