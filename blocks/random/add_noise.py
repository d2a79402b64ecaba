"""AddNoise."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, Expression, real
from app.core.tensor_type import TensorType
from blocks.rules import floating


@dataclass(frozen=True, kw_only=True)
class AddNoise(Block):
    """Adds Gaussian noise, new each time: the corruption of a denoising autoencoder.

    y = x + std · ε, where ε ~ N(0, 1)
    Shapes: any, kept.
    Source: Vincent et al., Extracting and composing robust features with denoising autoencoders, 2008.
    """

    synonyms = ("gaussian noise", "corrupt", "denoising", "jitter")

    std: float = real(0.1, low=0.0, label="Strength", help="Standard deviation of the noise.")

    def infer(self, input: TensorType) -> TensorType:
        floating(input)
        return input

    def call(self, input: TensorType) -> Expression:
        return Expression("input + std * torch.randn_like(input)", random=True, std=self.std)

    def detail(self) -> str:
        return f"σ {self.std:g}"
