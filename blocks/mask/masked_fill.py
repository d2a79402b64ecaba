"""MaskedFill."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, Expression, choice, port, real
from app.core.tensor_type import TensorType
from blocks.elementwise import INEXACT, broadcast_shape, dtype_among
from blocks.rules import wrong_dtype


@dataclass(frozen=True, kw_only=True)
class MaskedFill(Block):
    """Puts one number wherever a mask says so: minus infinity into attention scores before the softmax.

    y = value where the mask is true (or false), else x
    Shapes: a tensor and a bool mask that broadcasts with it.
    Source: torch.Tensor.masked_fill.
    """

    inputs = (port("input", "What is filled."), port("mask", "A bool tensor."))
    synonyms = ("attention mask", "minus infinity", "mask out")

    fill: str = choice("where true", "where true", "where false", label="Fill", help="Which positions are filled.")
    value: float | None = real(label="Number", help="What is put there. Empty: minus infinity.")

    def infer(self, input: TensorType, mask: TensorType) -> TensorType:
        dtype_among(input, INEXACT)
        if mask.dtype != "bool":
            raise wrong_dtype(mask, "true or false", "bool", "mask")
        return input.with_shape(*broadcast_shape(input, mask, "mask"))

    def call(self, input: TensorType, mask: TensorType) -> Expression:
        where = "mask" if self.fill == "where true" else "~mask"
        if self.value is None:
            return Expression(f"input.masked_fill({where}, -torch.inf)")
        return Expression(f"input.masked_fill({where}, value)", value=self.value)

    def detail(self) -> str:
        return "-∞" if self.value is None else f"{self.value:g}"
