"""RandomNormalLike."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, Expression
from app.core.tensor_type import TensorType
from blocks.elementwise import INEXACT, dtype_among


@dataclass(frozen=True, kw_only=True)
class RandomNormalLike(Block):
    """Draws standard normal numbers in the shape of another tensor: the noise that diffusion adds.

    y ~ N(0, 1)
    Shapes: any, kept.
    Source: torch.randn_like.
    """

    synonyms = ("noise like", "randn like", "epsilon", "diffusion noise")

    def infer(self, input: TensorType) -> TensorType:
        dtype_among(input, INEXACT)
        return input

    def call(self, input: TensorType) -> Expression:
        return Expression("torch.randn_like(input)", random=True)
