"""Constant."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, Expression, port, real
from app.core.tensor_type import TensorType
from blocks.elementwise import INEXACT, dtype_among


@dataclass(frozen=True, kw_only=True)
class Constant(Block):
    """One number, as a tensor without dimensions that fits any other one.

    Shapes: any → scalar, of the other tensor's precision.
    Source: torch.Tensor.new_tensor.
    """

    inputs = (port("like", "A tensor whose device and precision it gets."),)
    synonyms = ("number", "scalar", "value")

    value: float = real(1.0, label="Number", help="What it holds.")

    def infer(self, like: TensorType) -> TensorType:
        dtype_among(like, INEXACT, "like")
        return like.with_shape()

    def call(self, like: TensorType) -> Expression:
        return Expression("like.new_tensor(value)", value=self.value)

    def detail(self) -> str:
        return f"{self.value:g}"
