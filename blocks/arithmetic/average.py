"""Average."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, Expression, port
from app.core.tensor_type import TensorType
from blocks.elementwise import broadcasting, kind
from blocks.rules import wrong_dtype


@dataclass(frozen=True, kw_only=True)
class Average(Block):
    """Mean of two or more tensors, element by element: an ensemble's answer.

    y = (a + b + ...) / n
    Shapes: equal ones, or ones that broadcast (a size of 1 is repeated). Whole numbers become float32.
    Source: Breiman, Bagging predictors, 1996.
    """

    inputs = (port("inputs", "Tensors of one shape, or of shapes that broadcast.", variadic=True, least=2),)
    synonyms = ("mean of many", "ensemble", "average of tensors", "midpoint")

    def infer(self, inputs: tuple[TensorType, ...]) -> TensorType:
        total = broadcasting(inputs)
        if total.dtype == "bool":
            raise wrong_dtype(total, "numbers", "float32", "inputs")
        return total if kind(total.dtype) >= 2 else total.with_dtype("float32")

    def call(self, inputs: tuple[TensorType, ...]) -> Expression:
        total = " + ".join(f"inputs[{i}]" for i in range(len(inputs)))
        return Expression(f"({total}) / {len(inputs)}")
