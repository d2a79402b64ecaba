"""Affine."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, Expression, real
from app.core.tensor_type import TensorType
from blocks.elementwise import with_number


@dataclass(frozen=True, kw_only=True)
class Affine(Block):
    """Every element times a number plus a number, to move values into another range.

    y = scale · x + shift; with 2 and -1 it takes [0, 1] to [-1, 1], with -1 and 1 it is 1 - x.
    Shapes: any, kept. Whole numbers with a decimal point in either become float32.
    """

    synonyms = ("rescale", "normalise range", "linear function", "one minus", "1 - x")

    scale: float = real(2.0, label="Factor", help="What every element is multiplied by.")
    shift: float = real(-1.0, label="Shift", help="What is added then.")

    def infer(self, input: TensorType) -> TensorType:
        return input.with_dtype(with_number(input.dtype, self.scale, self.shift))

    def call(self, input: TensorType) -> Expression:
        if self.scale == -1:
            return Expression("shift - input", shift=self.shift)
        return Expression("scale * input + shift", scale=self.scale, shift=self.shift)

    def detail(self) -> str:
        return f"{self.scale:g}x {self.shift:+g}"
