"""nn.Hardsigmoid."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Module
from app.core.tensor_type import TensorType
from blocks.activation._elementwise import Elementwise


@dataclass(frozen=True, kw_only=True)
class Hardsigmoid(Elementwise):
    """A cheap sigmoid of straight pieces, as the gates of MobileNetV3 use it.

    y = min(max(x + 3, 0), 6) / 6. Shapes: any, unchanged.
    Source: Courbariaux et al., BinaryConnect, 2015, with another slope; Howard et al., 2019; as torch.nn.Hardsigmoid.
    """

    synonyms = ("hard sigmoid", "gate", "activation")

    def call(self, input: TensorType) -> Module:
        return Module("nn.Hardsigmoid", functional="F.hardsigmoid(input)")
