"""Where."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, Expression, port
from app.core.tensor_type import TensorType
from blocks.elementwise import broadcast_shape, broadcasting
from blocks.rules import wrong_dtype


@dataclass(frozen=True, kw_only=True)
class Where(Block):
    """Takes each element from one tensor where a condition holds, else from another.

    y = a where condition, else b
    Shapes: what all three broadcast to; the condition is bool.
    Source: torch.where.
    """

    inputs = (
        port("condition", "A bool tensor, as Compare gives."),
        port("a", "Taken where the condition is true."),
        port("b", "Taken where it is false."),
    )
    synonyms = ("if", "choose", "switch", "mix")

    def infer(self, condition: TensorType, a: TensorType, b: TensorType) -> TensorType:
        if condition.dtype != "bool":
            raise wrong_dtype(condition, "true or false", "bool", "condition")
        chosen = broadcasting({"a": a, "b": b})
        return chosen.with_shape(*broadcast_shape(chosen, condition, "condition"))

    def call(self, condition: TensorType, a: TensorType, b: TensorType) -> Expression:
        return Expression("torch.where(condition, a, b)")
