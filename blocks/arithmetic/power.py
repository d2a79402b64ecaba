"""Power."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, Expression, port, real
from app.core.problems import SetArgument, ShapeError
from app.core.tensor_type import TensorType
from blocks.elementwise import broadcasting, kind, with_number
from blocks.rules import wrong_dtype


@dataclass(frozen=True, kw_only=True)
class Power(Block):
    """Every element to a power: a number, or the element of a second tensor.

    y = a^exponent, or a^b where b is wired.
    Shapes: that of a, or what a and b broadcast to.
    Source: torch.pow, which refuses negative powers of whole numbers.
    """

    inputs = (port("a", "The base."), port("b", "The exponents, instead of the number.", optional=True))
    synonyms = ("pow", "exponent", "a^b")

    exponent: float = real(2, label="Exponent", help="Used where no second input is wired; 0.5 is the square root.")

    def infer(self, a: TensorType, b: TensorType | None = None) -> TensorType:
        if b is not None:
            if a.dtype == b.dtype == "bool":
                raise wrong_dtype(b, "numbers where “a” is bool", "float32", "b")
            return broadcasting({"a": a, "b": b})
        dtype = with_number(a.dtype, self.exponent)
        if kind(dtype) < 2 and self.exponent < 0:
            raise ShapeError(
                f"Whole numbers have no negative power; {a.dtype} and the exponent {self.exponent} came. "
                "Write the exponent with a decimal point.",
                expected="an exponent of at least 0",
                came=str(self.exponent),
                part="exponent",
                fixes=(SetArgument("exponent", float(self.exponent), f"Set the exponent to {float(self.exponent)}"),),
            )
        return a.with_dtype(dtype)

    def call(self, a: TensorType, b: TensorType | None = None) -> Expression:
        return Expression("a**b") if b is not None else Expression("a**exponent", exponent=self.exponent)

    def detail(self) -> str:
        return f"^{self.exponent:g}"
