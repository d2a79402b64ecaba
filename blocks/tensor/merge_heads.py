"""MergeHeads."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, Expression
from app.core.tensor_type import TensorType
from blocks.rules import shaped


@dataclass(frozen=True, kw_only=True)
class MergeHeads(Block):
    """Puts the attention heads' features side by side again: the way back from SplitHeads.

    Shapes: B×heads×T×features → B×T×(heads · features).
    Source: Vaswani et al., Attention is all you need, 2017.
    """

    synonyms = ("multi-head", "attention heads", "concatenate heads", "reshape")

    def infer(self, input: TensorType) -> TensorType:
        shaped(input, "B×heads×T×features")
        batch, heads, length, features = input.shape
        return input.with_shape(batch, length, heads * features)

    def call(self, input: TensorType) -> Expression:
        return Expression("input.transpose(1, 2).flatten(2)")
