"""What the dropouts for self-normalising networks have in common."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, Module, real
from app.core.tensor_type import TensorType
from blocks.rules import floating


@dataclass(frozen=True, kw_only=True)
class Alpha(Block):
    """Base of AlphaDropout and FeatureAlphaDropout."""

    trains = True

    p: float = real(0.5, low=0.0, high=1.0, label="Probability", help="Share that is dropped; SNNs take 0.05 to 0.1.")

    def infer(self, input: TensorType) -> TensorType:
        floating(input)
        return input

    def call(self, input: TensorType) -> Module:
        return Module(f"nn.{type(self).__name__}", {"p": self.p}, positional=1, random=True)

    def detail(self) -> str:
        return f"{self.p:g}"
