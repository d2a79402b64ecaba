"""RepeatAxes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.core.block import Expression, text
from app.core.problems import ShapeError
from app.core.tensor_type import TensorType
from blocks.tensor._pattern import PATTERN_HELP, Patterned, Plan, shown


@dataclass(frozen=True, kw_only=True)
class RepeatAxes(Patterned):
    """Repeats a tensor along new named axes by a pattern: every pixel p×q times, one query for every example.

    b c h w -> b c (h p) (w q) enlarges maps to the nearest pixel; b f -> b t f gives every time step the same.
    Shapes: as the pattern says; axes that are only on the right are new, and need a size.
    Source: Rogozhnikov, Einops: clear and reliable tensor manipulations with Einstein-like notation, 2022.
    """

    synonyms = ("einops repeat", "broadcast", "expand", "nearest upsampling", "tile", "pattern")

    pattern: str = text("b c h w -> b c (h p) (w q)", label="Pattern", help=PATTERN_HELP)

    def check(self, plan: Plan, given: dict[str, Any]) -> None:
        for axis in plan.reduced():
            raise self.wrong(f"Axis “{shown(axis)}” is on the left alone. A ReduceAxes takes axes away.")
        for axis in plan.added():
            if axis not in given and axis not in plan.sizes:
                raise ShapeError(
                    f"Axis “{axis}” is new on the right, so it needs a size. Name it among the axes with sizes.",
                    expected=f"a size for “{axis}”",
                    came="none",
                    part="axes",
                )

    def infer(self, input: TensorType) -> TensorType:
        return input.with_shape(*self.plan(input).shape())

    def call(self, input: TensorType) -> Expression:
        return self.written(self.plan(input))
