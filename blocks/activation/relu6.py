"""nn.ReLU6."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Module
from app.core.tensor_type import TensorType
from blocks.activation._elementwise import Elementwise


@dataclass(frozen=True, kw_only=True)
class ReLU6(Elementwise):
    """A rectifier that stops at six, which keeps low-precision numbers in range.

    y = min(max(x, 0), 6). Shapes: any, unchanged.
    Source: Krizhevsky, Convolutional deep belief networks on CIFAR-10, 2010; as torch.nn.ReLU6.
    """

    synonyms = ("rectifier", "activation")

    def call(self, input: TensorType) -> Module:
        return Module("nn.ReLU6", functional="F.relu6(input)")
