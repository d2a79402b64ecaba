"""nn.Tanhshrink."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Module
from app.core.tensor_type import TensorType
from blocks.activation._elementwise import Elementwise


@dataclass(frozen=True, kw_only=True)
class Tanhshrink(Elementwise):
    """What a tanh takes away: nearly nothing of small numbers, and 1 of large ones.

    y = x - tanh(x). Shapes: any, unchanged.
    Source: as torch.nn.Tanhshrink.
    """

    synonyms = ("tanh shrink", "shrinkage", "activation")

    def call(self, input: TensorType) -> Module:
        return Module("nn.Tanhshrink", functional="F.tanhshrink(input)")
