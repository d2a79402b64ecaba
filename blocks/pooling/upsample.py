"""nn.Upsample and F.interpolate."""

from __future__ import annotations

import math
from dataclasses import dataclass

from app.core.block import Block, Module, choice, flag, pair, real
from app.core.problems import SetArgument, ShapeError
from app.core.symbolic import Dim
from app.core.tensor_type import TensorType
from blocks.rules import each, floating, functional, positive, wrong_shape

RANKS = {"nearest": (3, 4, 5), "linear": (3,), "bilinear": (4,), "bicubic": (4,), "trilinear": (5,)}
PATTERNS = {3: "B×C×L", 4: "B×C×H×W", 5: "B×C×D×H×W"}
DEFAULTS = {"size": None, "scale_factor": None, "mode": "nearest", "align_corners": None}


@dataclass(frozen=True, kw_only=True)
class Upsample(Block):
    """Makes maps larger (or smaller) by repeating or interpolating their numbers.

    Shapes: B×C×H×W → B×C×floor(H·scale_factor)×floor(W·scale_factor), or the size that is given. Nothing is learnt.
    Source: as torch.nn.Upsample.
    """

    synonyms = ("resize", "interpolate", "upscale", "enlarge", "upsampling")

    scale_factor: float = real(2, low=1e-3, label="Scale", help="How many times as large; not used with a size.")
    size: int | tuple[int, ...] | None = pair(
        None, low=1, label="Size", help="Height and width that come out, instead of a scale."
    )
    mode: str = choice(
        "nearest", "nearest", "linear", "bilinear", "bicubic", "trilinear", label="Mode", help="How numbers are found."
    )
    align_corners: bool = flag(
        False, label="Align corners", help="Corner pixels keep their values; not for the mode nearest."
    )

    def infer(self, input: TensorType) -> TensorType:
        self._check(input)
        sides = input.shape[2:]
        if self.size is not None:
            sides = each(self.size, input.rank - 2)
        else:
            sides = tuple(self._scaled(side) for side in sides)
        return input.with_shape(*input.shape[:2], *sides)

    def _check(self, input: TensorType) -> None:
        if input.rank not in RANKS[self.mode]:
            fitting = {3: "linear", 4: "bilinear", 5: "trilinear"}.get(input.rank)
            fixes = (SetArgument("mode", fitting, f"Set the mode to {fitting}"),) if fitting else ()
            raise wrong_shape(input, " or ".join(PATTERNS[rank] for rank in RANKS[self.mode]), fixes=fixes)
        floating(input)
        if self.align_corners and self.mode == "nearest":
            raise ShapeError(
                "The mode nearest repeats numbers and has no corners to align. Take another mode or switch it off.",
                expected="another mode",
                came="nearest",
                part="align_corners",
                fixes=(SetArgument("align_corners", False, "Switch it off"),),
            )
        if isinstance(self.size, tuple) and len(self.size) != input.rank - 2:
            raise ShapeError(
                f"The size needs one number for each of {input.rank - 2} dimensions; {len(self.size)} came.",
                expected=f"{input.rank - 2} numbers",
                came=str(len(self.size)),
                part="size",
                fixes=(SetArgument("size", None, "Take the scale instead"),),
            )

    def _scaled(self, side: Dim) -> Dim:
        if self.scale_factor == int(self.scale_factor):
            scale = self.scale_factor if isinstance(self.scale_factor, int) else int(self.scale_factor)
            return side * scale
        if not isinstance(side, int):
            raise ShapeError(
                f"A scale of {self.scale_factor:g} needs sizes that are known; {side} came. "
                "Take a whole scale or a size.",
                expected="a number",
                came=str(side),
                part="scale_factor",
            )
        scaled = math.floor(side * self.scale_factor)
        positive(scaled, f"A size of {side} times {self.scale_factor:g} leaves nothing. Take a larger scale.")
        return scaled

    def call(self, input: TensorType) -> Module:
        given = self.size is not None
        arguments = {"size": self.size, "scale_factor": None if given else self.scale_factor, "mode": self.mode}
        arguments["align_corners"] = self.align_corners or None
        template = functional("F.interpolate", ("input",), arguments, DEFAULTS)
        return Module("nn.Upsample", arguments, defaults=DEFAULTS, functional=template)

    def detail(self) -> str:
        return f"→ {self.size}" if self.size is not None else f"×{self.scale_factor:g}"
