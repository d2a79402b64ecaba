"""Compare."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, Expression, choice, port, real
from app.core.tensor_type import TensorType
from blocks.elementwise import REAL, broadcast_shape, dtype_among


@dataclass(frozen=True, kw_only=True)
class Compare(Block):
    """True where a comparison holds: with a second tensor, element by element, or with a number.

    y = a > b, or a > value where b is not wired.
    Shapes: that of a, or what a and b broadcast to; dtype bool.
    Source: torch.gt and its kin.
    """

    inputs = (port("a"), port("b", "What to compare with, instead of the number.", optional=True))
    synonyms = ("greater", "less", "equal", "threshold", "step", "not equal", "gt", "lt", "eq", "comparison")

    operator: str = choice(
        ">",
        ">",
        ">=",
        "<",
        "<=",
        "==",
        "!=",
        label="Comparison",
        help="What must hold between a and b, or a and the number.",
    )
    value: float = real(0, label="Number", help="Used where no second input is wired.")

    def infer(self, a: TensorType, b: TensorType | None = None) -> TensorType:
        ordered = self.operator not in ("==", "!=")
        if ordered:
            dtype_among(a, REAL | {"bool"}, "a")
        if b is None:
            return a.with_dtype("bool")
        if ordered:
            dtype_among(b, REAL | {"bool"}, "b")
        return TensorType(broadcast_shape(a, b, "b"), "bool")

    def call(self, a: TensorType, b: TensorType | None = None) -> Expression:
        if b is not None:
            return Expression(f"a {self.operator} b")
        return Expression(f"a {self.operator} value", value=self.value)

    def detail(self) -> str:
        return f"{self.operator} {self.value:g}"
