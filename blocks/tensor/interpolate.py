"""Interpolate."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from app.core.block import Block, Expression, choice, port, real
from app.core.problems import SetArgument, ShapeError
from app.core.symbolic import Dim, smaller
from app.core.tensor_type import TensorType
from blocks.rules import at_least_rank, floating

MODES = {"nearest": (3, 4, 5), "linear": (3,), "bilinear": (4,), "bicubic": (4,), "trilinear": (5,), "area": (3, 4, 5)}


@dataclass(frozen=True, kw_only=True)
class Interpolate(Block):
    """Makes maps larger or smaller, by a factor or to the size of other maps.

    Shapes: B×C×H×W → B×C×(factor·H)×(factor·W), or B×C×h×w for other maps B×D×h×w.
    Source: torch.nn.functional.interpolate.
    """

    inputs = (
        port("input", "B×C×L, B×C×H×W or B×C×D×H×W"),
        port("like", "Maps whose size it gets, instead of the factor.", optional=True),
    )
    synonyms = ("upsample", "resize", "scale", "bilinear", "nearest", "downsample", "image size")

    scale_factor: float = real(2, low=0.01, high=64, label="Factor", help="Used where no other maps are wired.")
    mode: str = choice("nearest", *MODES, label="Mode", help="Bilinear and bicubic are for images, linear for lengths.")

    def infer(self, input: TensorType, like: TensorType | None = None) -> TensorType:
        at_least_rank(input, 3, "maps: B×C×L, B×C×H×W or B×C×D×H×W")
        floating(input)
        if input.rank not in MODES[self.mode]:
            raise ShapeError(
                f"Mode {self.mode} takes {' or '.join(str(rank) for rank in MODES[self.mode])} dimensions; "
                f"{input} came.",
                expected=f"{MODES[self.mode][0]} dimensions",
                came=str(input),
                part="mode",
                fixes=(SetArgument("mode", "nearest", "Take the nearest"),) if input.rank <= 5 else (),
            )
        if like is None:
            return input.with_shape(*input.shape[:2], *(self._scaled(size) for size in input.shape[2:]))
        if like.rank != input.rank:
            raise ShapeError(
                f"“like” must have {input.rank} dimensions, as “input” has; {like} came.",
                expected=f"{input.rank} dimensions",
                came=str(like),
                part="like",
            )
        return input.with_shape(*input.shape[:2], *like.shape[2:])

    def _scaled(self, size: Dim) -> Dim:
        factor = Fraction(str(self.scale_factor))
        found: Dim = size * factor.numerator
        if factor.denominator != 1:
            found = found // factor.denominator
        if smaller(found, 1):
            raise ShapeError(
                f"A size of {size} times {self.scale_factor} leaves nothing.",
                expected="a larger factor",
                came=str(self.scale_factor),
                part="scale_factor",
                fixes=(SetArgument("scale_factor", 1, "Keep the size"),),
            )
        return found

    def call(self, input: TensorType, like: TensorType | None = None) -> Expression:
        mode = "" if self.mode == "nearest" else f', mode="{self.mode}"'
        if like is not None:
            return Expression(f"F.interpolate(input, size=like.shape[2:]{mode})")
        return Expression(f"F.interpolate(input, scale_factor=scale_factor{mode})", scale_factor=self.scale_factor)

    def detail(self) -> str:
        return f"×{self.scale_factor:g} {self.mode}"
