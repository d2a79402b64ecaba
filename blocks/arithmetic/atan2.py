"""Atan2."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import port
from app.core.tensor_type import TensorType
from blocks.elementwise import REAL, Binary, as_floating, broadcasting, dtype_among


@dataclass(frozen=True, kw_only=True)
class Atan2(Binary):
    """The angle of the point (x, y), all around the circle: headings, orientations, phases.

    y = angle between the first axis and the point, from -π to π
    Shapes: equal ones, or ones that broadcast (a size of 1 is repeated). Whole numbers become float32.
    Source: torch.atan2.
    """

    expression = "torch.atan2(y, x)"
    inputs = (port("y", "Second coordinates (a sine)."), port("x", "First coordinates (a cosine)."))
    synonyms = ("angle", "arctan2", "phase", "orientation", "heading")

    def infer(self, a: TensorType, b: TensorType) -> TensorType:
        for name, came in (("y", a), ("x", b)):
            dtype_among(came, REAL | {"bool"}, name)
        found = broadcasting({"y": a, "x": b})
        return found.with_dtype(as_floating(found.dtype))
