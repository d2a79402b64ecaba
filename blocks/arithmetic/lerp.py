"""Lerp."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, Expression, port, real
from app.core.tensor_type import TensorType
from blocks.elementwise import broadcasting
from blocks.rules import floating, same_dtype


@dataclass(frozen=True, kw_only=True)
class Lerp(Block):
    """A point on the straight line between two tensors: mixup, moving averages, interpolated latents.

    y = a + weight · (b - a): a for the weight 0, b for 1.
    Shapes: what a, b and the weight broadcast to.
    Source: torch.lerp.
    """

    inputs = (
        port("a", "Where the line begins."),
        port("b", "Where it ends."),
        port("weight", "How far along, instead of the number.", optional=True),
    )
    synonyms = ("linear interpolation", "mix", "mixup", "blend", "moving average", "interpolate")

    amount: float = real(0.5, label="Weight", help="How far along, where no weights are wired.")

    def infer(self, a: TensorType, b: TensorType, weight: TensorType | None = None) -> TensorType:
        floating(a, "a")
        same_dtype(b, a, "b", "a")
        wired = {"a": a, "b": b}
        if weight is not None:
            same_dtype(weight, a, "weight", "a")
            wired["weight"] = weight
        return broadcasting(wired)

    def call(self, a: TensorType, b: TensorType, weight: TensorType | None = None) -> Expression:
        if weight is not None:
            return Expression("torch.lerp(a, b, weight)")
        return Expression("torch.lerp(a, b, amount)", amount=self.amount)

    def detail(self) -> str:
        return f"{self.amount:g}"
