"""RandomMask."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, Expression, real
from app.core.tensor_type import TensorType


@dataclass(frozen=True, kw_only=True)
class RandomMask(Block):
    """Marks a random share of places as true, anew each time: tokens to hide, pixels to corrupt.

    y = true with probability share
    Shapes: any, kept; bool.
    Source: torch.rand_like; Devlin et al., BERT, 2018.
    """

    synonyms = ("masked language model", "bert", "salt and pepper", "corrupt", "hide", "denoising", "dropout mask")

    share: float = real(0.15, low=0.0, high=1.0, label="Share", help="How many of all places are marked, on average.")

    def infer(self, input: TensorType) -> TensorType:
        return input.with_dtype("bool")

    def call(self, input: TensorType) -> Expression:
        return Expression("torch.rand(input.shape, device=input.device) < share", random=True, share=self.share)

    def detail(self) -> str:
        return f"{self.share:.0%}"
