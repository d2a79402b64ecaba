"""CausalMask."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, Expression, choice, port, whole
from app.core.tensor_type import TensorType
from blocks.rules import dimension


@dataclass(frozen=True, kw_only=True)
class CausalMask(Block):
    """Which positions each position may look at: itself and those before it.

    y[i, j] = j <= i, or the opposite where true means blocked
    Shapes: B×T×... → T×T; bool.
    Source: Vaswani et al., Attention is all you need, 2017. In torch, true means “may look” in
    scaled_dot_product_attention and “blocked” in nn.MultiheadAttention.
    """

    inputs = (port("like", "The sequence whose length decides."),)
    synonyms = ("autoregressive", "look-ahead mask", "decoder mask", "triangular")

    true: str = choice("allowed", "allowed", "blocked", label="True means", help="What true says of a position.")
    dim: int = whole(1, low=-8, high=7, label="Dimension", help="That of the positions.")

    def infer(self, like: TensorType) -> TensorType:
        length = like.shape[dimension(self.dim, like.rank)]
        return TensorType((length, length), "bool")

    def call(self, like: TensorType) -> Expression:
        cut = "tril()" if self.true == "allowed" else "triu(1)"
        square = "torch.ones(like.shape[dim], like.shape[dim], dtype=torch.bool, device=like.device)"
        return Expression(f"{square}.{cut}", dim=self.dim)

    def detail(self) -> str:
        return self.true
