"""PaddingMask."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, Expression, choice, flag, port, whole
from app.core.tensor_type import TensorType
from blocks.rules import indices, shaped


@dataclass(frozen=True, kw_only=True)
class PaddingMask(Block):
    """Which tokens are real and which only fill up the batch.

    y = tokens != padding, or the opposite where true means blocked
    Shapes: B×T → B×T, or B×1×1×T for attention scores B×heads×T×T; bool.
    Source: Vaswani et al., Attention is all you need, 2017. In torch, true means “may look” in
    scaled_dot_product_attention and “blocked” in nn.MultiheadAttention.
    """

    inputs = (port("tokens", "B×T, whole numbers."),)
    synonyms = ("pad", "attention mask", "key padding mask")

    padding: int = whole(0, label="Padding token", help="The number that fills up.")
    true: str = choice("allowed", "allowed", "blocked", label="True means", help="What true says of a token.")
    for_scores: bool = flag(False, label="For scores", help="Make it fit attention scores, B×heads×T×T.")

    def infer(self, tokens: TensorType) -> TensorType:
        shaped(tokens, "B×T", "tokens")
        indices(tokens, "tokens")
        batch, length = tokens.shape
        return TensorType((batch, 1, 1, length) if self.for_scores else (batch, length), "bool")

    def call(self, tokens: TensorType) -> Expression:
        mask = "tokens != padding" if self.true == "allowed" else "tokens == padding"
        return Expression(f"({mask})[:, None, None, :]" if self.for_scores else mask, padding=self.padding)

    def detail(self) -> str:
        return self.true
