"""Clamp."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.core.block import Block, Expression, real
from app.core.problems import SetArgument, ShapeError
from app.core.tensor_type import TensorType
from blocks.elementwise import REAL, dtype_among, with_number


@dataclass(frozen=True, kw_only=True)
class Clamp(Block):
    """Every element held between two bounds; either may be left out.

    y = min(max(x, min), max)
    Shapes: any, kept. Whole numbers with a decimal point in a bound become float32.
    Source: torch.clamp.
    """

    synonyms = ("clip", "limit", "bound", "relu")

    min: float | None = real(0.0, label="At least", help="Smaller elements become this. Empty: no lower bound.")
    max: float | None = real(label="At most", help="Larger elements become this. Empty: no upper bound.")

    def infer(self, input: TensorType) -> TensorType:
        dtype_among(input, REAL | {"bool"})
        if not self._bounds():
            raise ShapeError(
                "Clamp needs a lower or an upper bound; neither came.",
                expected="a bound",
                came="none",
                part="min",
                fixes=(SetArgument("min", 0.0, "Set the lower bound to 0"),),
            )
        return input.with_dtype(with_number(input.dtype, self.min, self.max))

    def _bounds(self) -> dict[str, Any]:
        return {name: value for name, value in (("min", self.min), ("max", self.max)) if value is not None}

    def call(self, input: TensorType) -> Expression:
        bounds = self._bounds()
        return Expression(f"input.clamp({', '.join(f'{name}={name}' for name in bounds)})", **bounds)

    def detail(self) -> str:
        low, high = ("" if bound is None else f"{bound:g}" for bound in (self.min, self.max))
        return f"{low}…{high}"
