"""What remainders and whole quotients have in common: a second tensor or a number divides."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from app.core.block import Block, Expression, port, real
from app.core.problems import SetArgument, ShapeError
from app.core.tensor_type import TensorType
from blocks.elementwise import REAL, broadcasting, dtype_among, with_number
from blocks.rules import wrong_dtype


@dataclass(frozen=True, kw_only=True)
class Divided(Block):
    """Base of ``a % b`` and ``a // b``."""

    operator: ClassVar[str]
    inputs = (port("a", "What is divided."), port("b", "The divisors, instead of the number.", optional=True))

    divisor: float = real(2, label="Divisor", help="Used where no second input is wired.")

    def infer(self, a: TensorType, b: TensorType | None = None) -> TensorType:
        dtype_among(a, REAL | {"bool"}, "a")
        if b is not None:
            dtype_among(b, REAL | {"bool"}, "b")
            if a.dtype == b.dtype == "bool":
                raise wrong_dtype(b, "numbers where “a” is bool", "int64", "b")
            return broadcasting({"a": a, "b": b})
        if self.divisor == 0:
            raise ShapeError(
                "Nothing can be divided by 0. Choose another divisor.",
                expected="a divisor other than 0",
                came="0",
                part="divisor",
                fixes=(SetArgument("divisor", 1, "Divide by 1"),),
            )
        return a.with_dtype(with_number(a.dtype, self.divisor))

    def call(self, a: TensorType, b: TensorType | None = None) -> Expression:
        if b is not None:
            return Expression(f"a {self.operator} b")
        return Expression(f"a {self.operator} divisor", divisor=self.divisor)

    def detail(self) -> str:
        return f"{self.operator} {self.divisor:g}"
