"""What sums and products of any number of tensors have in common."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from app.core.block import Block, Expression, port
from app.core.tensor_type import TensorType
from blocks.elementwise import broadcasting


@dataclass(frozen=True, kw_only=True)
class Variadic(Block):
    """Base of operators that stand between any number of tensors: ``a + b + c``."""

    operator: ClassVar[str]
    inputs = (port("inputs", "Tensors of one shape, or of shapes that broadcast.", variadic=True, least=2),)

    def infer(self, inputs: tuple[TensorType, ...]) -> TensorType:
        return broadcasting(inputs)

    def call(self, inputs: tuple[TensorType, ...]) -> Expression:
        return Expression(f" {self.operator} ".join(f"inputs[{i}]" for i in range(len(inputs))))
