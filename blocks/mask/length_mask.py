"""LengthMask."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, Expression, choice, flag, port, whole
from app.core.tensor_type import TensorType
from blocks.rules import dimension, indices, shaped


@dataclass(frozen=True, kw_only=True)
class LengthMask(Block):
    """Which positions of each sequence are real, by how long each one is.

    y[b, t] = t < lengths[b], or the opposite where true means blocked.
    Shapes: lengths B and a sequence of length T → B×T, or B×1×1×T for attention scores B×heads×T×T; bool.
    Source: as torch.nn.utils.rnn.pad_sequence fills up batches. In torch, true means “may look” in
    scaled_dot_product_attention and “blocked” in nn.MultiheadAttention.
    """

    inputs = (port("lengths", "B whole numbers."), port("like", "The sequences, whose longest length decides."))
    synonyms = ("sequence mask", "padding mask", "key padding mask", "valid lengths")

    true: str = choice("allowed", "allowed", "blocked", label="True means", help="What true says of a position.")
    dim: int = whole(1, low=-8, high=7, label="Dimension", help="That of the positions in the sequences.")
    for_scores: bool = flag(False, label="For scores", help="Make it fit attention scores, B×heads×T×T.")

    def infer(self, lengths: TensorType, like: TensorType) -> TensorType:
        shaped(lengths, "B", "lengths")
        indices(lengths, "lengths")
        batch, length = lengths.shape[0], like.shape[dimension(self.dim, like.rank)]
        return TensorType((batch, 1, 1, length) if self.for_scores else (batch, length), "bool")

    def call(self, lengths: TensorType, like: TensorType) -> Expression:
        compare = "<" if self.true == "allowed" else ">="
        mask = f"torch.arange(like.shape[dim], device=lengths.device) {compare} lengths[:, None]"
        return Expression(f"({mask})[:, None, None, :]" if self.for_scores else mask, dim=self.dim)

    def detail(self) -> str:
        return self.true
