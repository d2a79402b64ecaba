"""nn.Sigmoid."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Module
from app.core.tensor_type import TensorType
from blocks.activation._elementwise import Elementwise


@dataclass(frozen=True, kw_only=True)
class Sigmoid(Elementwise):
    """Squeezes every number into 0 to 1, as a probability or a gate.

    y = 1 / (1 + exp(-x)). Shapes: any, unchanged.
    Source: the logistic function; as torch.nn.Sigmoid.
    """

    synonyms = ("logistic", "gate", "activation")

    def call(self, input: TensorType) -> Module:
        return Module("nn.Sigmoid", functional="torch.sigmoid(input)")
