"""What activations have in common: floating numbers in, the same shape out."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block
from app.core.tensor_type import TensorType
from blocks.rules import floating


@dataclass(frozen=True, kw_only=True)
class Elementwise(Block):
    """Base of the activations that work on each number by itself."""

    def infer(self, input: TensorType) -> TensorType:
        floating(input)
        return input
