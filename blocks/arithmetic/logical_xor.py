"""LogicalXor, element by element."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import port
from app.core.tensor_type import TensorType
from blocks.elementwise import Binary, broadcasting, dtype_among


@dataclass(frozen=True, kw_only=True)
class LogicalXor(Binary):
    """True where exactly one of two masks is true: where they differ.

    y = a or b, but not both
    Shapes: equal ones, or ones that broadcast (a size of 1 is repeated).
    Source: torch.logical_xor.
    """

    expression = "a ^ b"
    inputs = (port("a"), port("b"))
    synonyms = ("xor", "bitwise xor", "exclusive or", "parity")

    def infer(self, a: TensorType, b: TensorType) -> TensorType:
        for name, came in (("a", a), ("b", b)):
            dtype_among(came, {"bool"}, name)
        return broadcasting({"a": a, "b": b})
