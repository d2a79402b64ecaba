"""nn.Dropout."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, Module, real
from app.core.tensor_type import TensorType
from blocks.rules import floating


@dataclass(frozen=True, kw_only=True)
class Dropout(Block):
    """Sets some numbers to zero at random while training, so that none is relied on.

    y = x · m / (1 - p), m being 0 with probability p, else 1; in evaluation y = x. Shapes: any, unchanged.
    Source: Srivastava et al., Dropout: a simple way to prevent neural networks from overfitting, 2014;
    as torch.nn.Dropout.
    """

    trains = True
    synonyms = ("regularisation", "regularization", "noise")

    p: float = real(0.5, low=0.0, high=1.0, label="Probability", help="Share of the numbers that become zero.")

    def infer(self, input: TensorType) -> TensorType:
        floating(input)
        return input

    def call(self, input: TensorType) -> Module:
        return Module("nn.Dropout", {"p": self.p}, positional=1, random=True)

    def detail(self) -> str:
        return f"{self.p:g}"
