"""ReduceAxes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.core.block import Expression, choice, text
from app.core.tensor_type import DTYPES, TensorType
from blocks.elementwise import INEXACT, REAL, dtype_among, kind
from blocks.tensor._pattern import PATTERN_HELP, Patterned, Plan, shown

METHODS = {"mean": "mean", "sum": "sum", "max": "amax", "min": "amin"}
TAKES = {"mean": INEXACT, "sum": frozenset(DTYPES), "max": REAL | {"bool"}, "min": REAL | {"bool"}}


@dataclass(frozen=True, kw_only=True)
class ReduceAxes(Patterned):
    """Takes named axes away by a pattern: their mean, sum, largest or smallest element.

    b c (h p) (w q) -> b c h w pools windows of p×q pixels; b c h w -> b c pools whole maps.
    Shapes: as the pattern says; axes that are only on the left are reduced. Sums of whole numbers become int64.
    Source: Rogozhnikov, Einops: clear and reliable tensor manipulations with Einstein-like notation, 2022.
    """

    synonyms = ("einops reduce", "pool", "global average pooling", "pattern", "aggregate")

    pattern: str = text("b c (h p) (w q) -> b c h w", label="Pattern", help=PATTERN_HELP)
    reduction: str = choice("mean", *METHODS, label="Reduction", help="What becomes of the axes that go.")

    def check(self, plan: Plan, given: dict[str, Any]) -> None:
        for axis in plan.added():
            raise self.wrong(f"Axis “{shown(axis)}” is on the right alone. A RepeatAxes adds axes.")

    def infer(self, input: TensorType) -> TensorType:
        plan = self.plan(input)
        if not plan.reduced():
            return input.with_shape(*plan.shape())
        dtype_among(input, TAKES[self.reduction])
        counts = self.reduction == "sum" and kind(input.dtype) < 2
        return TensorType(plan.shape(), "int64" if counts else input.dtype)

    def call(self, input: TensorType) -> Expression:
        plan = self.plan(input)
        axes = [axis for group in plan.left for axis in group]
        gone = [str(axes.index(axis)) for axis in plan.reduced()]
        dims = gone[0] if len(gone) == 1 else f"({', '.join(gone)})"
        return self.written(plan, f".{METHODS[self.reduction]}(dim={dims})" if gone else "")
