"""LogicalOr."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import port
from app.core.tensor_type import TensorType
from blocks.elementwise import Binary, broadcasting, dtype_among


@dataclass(frozen=True, kw_only=True)
class LogicalOr(Binary):
    """True where either of two masks is true.

    y = a or b
    Shapes: equal ones, or ones that broadcast (a size of 1 is repeated).
    Source: torch.logical_or.
    """

    expression = "a | b"
    inputs = (port("a"), port("b"))
    synonyms = ("or", "combine masks")

    def infer(self, a: TensorType, b: TensorType) -> TensorType:
        for name, came in (("a", a), ("b", b)):
            dtype_among(came, {"bool"}, name)
        return broadcasting({"a": a, "b": b})
