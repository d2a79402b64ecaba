"""What softmax and its logarithm have in common: they normalise along one dimension."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, whole
from app.core.tensor_type import TensorType
from blocks.rules import dimension, floating


@dataclass(frozen=True, kw_only=True)
class OverDimension(Block):
    """Base of Softmax and LogSoftmax."""

    dim: int = whole(-1, label="Dimension", help="Along which the values sum to one: -1 is the last, 1 the channels.")

    def infer(self, input: TensorType) -> TensorType:
        dimension(self.dim, input.rank)
        floating(input)
        return input

    def detail(self) -> str:
        return "" if self.dim == -1 else f"dim {self.dim}"
