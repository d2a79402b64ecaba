"""nn.Tanh."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Module
from app.core.tensor_type import TensorType
from blocks.activation._elementwise import Elementwise


@dataclass(frozen=True, kw_only=True)
class Tanh(Elementwise):
    """Hyperbolic tangent: squeezes every number into -1 to 1.

    y = tanh(x). Shapes: any, unchanged.
    Source: the hyperbolic tangent; as torch.nn.Tanh.
    """

    synonyms = ("hyperbolic tangent", "activation")

    def call(self, input: TensorType) -> Module:
        return Module("nn.Tanh", functional="torch.tanh(input)")
