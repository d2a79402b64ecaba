"""WindowMask."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, Expression, choice, flag, port, whole
from app.core.tensor_type import TensorType
from blocks.rules import dimension


@dataclass(frozen=True, kw_only=True)
class WindowMask(Block):
    """Which positions each position may look at: those near it.

    y[i, j] = |i - j| < window, or 0 <= i - j < window where it is causal; the opposite where true means blocked.
    Shapes: B×T×... → T×T; bool.
    Source: Beltagy et al., Longformer: the long-document transformer, 2020, section 3.1.
    """

    inputs = (port("like", "The sequence whose length decides."),)
    synonyms = ("local attention", "sliding window", "banded", "longformer", "mistral")

    window: int = whole(4, low=1, label="Window", help="How far it may look, itself counted.")
    causal: bool = flag(False, label="Causal", help="Only itself and what comes before.")
    true: str = choice("allowed", "allowed", "blocked", label="True means", help="What true says of a position.")
    dim: int = whole(1, low=-8, high=7, label="Dimension", help="That of the positions.")

    def infer(self, like: TensorType) -> TensorType:
        length = like.shape[dimension(self.dim, like.rank)]
        return TensorType((length, length), "bool")

    def call(self, like: TensorType) -> Expression:
        above = "tril()" if self.causal else "tril(window - 1)"
        square = "torch.ones(like.shape[dim], like.shape[dim], dtype=torch.bool, device=like.device)"
        band = f"{square}.triu(1 - window).{above}"
        return Expression(band if self.true == "allowed" else f"~{band}", dim=self.dim, window=self.window)

    def detail(self) -> str:
        return f"{self.window}{' causal' if self.causal else ''}"
