"""nn.ReLU and F.relu."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Module
from app.core.tensor_type import TensorType
from blocks.activation._elementwise import Elementwise


@dataclass(frozen=True, kw_only=True)
class ReLU(Elementwise):
    """Rectified linear unit: keeps what is positive and sets the rest to zero.

    y = max(0, x). Shapes: any, unchanged.
    Source: Nair and Hinton, Rectified linear units improve restricted Boltzmann machines, 2010; as torch.nn.ReLU.
    """

    synonyms = ("rectifier", "activation")

    def call(self, input: TensorType) -> Module:
        return Module("nn.ReLU", functional="F.relu(input)")
