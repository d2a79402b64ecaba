"""Maximum."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import port
from app.core.tensor_type import TensorType
from blocks.elementwise import REAL, Binary, broadcasting, dtype_among


@dataclass(frozen=True, kw_only=True)
class Maximum(Binary):
    """The larger of two tensors, element by element.

    y = max(a, b)
    Shapes: equal ones, or ones that broadcast (a size of 1 is repeated).
    Source: torch.maximum.
    """

    expression = "torch.maximum(a, b)"
    inputs = (port("a"), port("b"))
    synonyms = ("larger", "element-wise max")

    def infer(self, a: TensorType, b: TensorType) -> TensorType:
        for name, came in (("a", a), ("b", b)):
            dtype_among(came, REAL | {"bool"}, name)
        return broadcasting({"a": a, "b": b})
