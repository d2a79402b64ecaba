"""What dropouts of whole channels have in common."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from app.core.block import Block, Module, real
from app.core.tensor_type import TensorType
from blocks.rules import floating, shaped

PATTERNS = {1: "B×C×L", 2: "B×C×H×W", 3: "B×C×D×H×W"}


@dataclass(frozen=True, kw_only=True)
class ChannelDropout(Block):
    """Base of Dropout1d, Dropout2d and Dropout3d."""

    dims: ClassVar[int]
    trains = True

    p: float = real(0.5, low=0.0, high=1.0, label="Probability", help="Share of the channels that become zero.")

    def infer(self, input: TensorType) -> TensorType:
        shaped(input, PATTERNS[self.dims])
        floating(input)
        return input

    def call(self, input: TensorType) -> Module:
        return Module(f"nn.Dropout{self.dims}d", {"p": self.p}, positional=1, random=True)

    def detail(self) -> str:
        return f"{self.p:g}"
