"""nn.Identity."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, Module
from app.core.tensor_type import TensorType


@dataclass(frozen=True, kw_only=True)
class Identity(Block):
    """Gives back what comes in: a place for something that another variant puts there.

    Shapes: any, unchanged. y = x.
    Source: as torch.nn.Identity.
    """

    synonyms = ("pass", "no operation", "placeholder")

    def infer(self, input: TensorType) -> TensorType:
        return input

    def call(self, input: TensorType) -> Module:
        return Module("nn.Identity", functional="input")
