"""LeNet's squashing function."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Module
from app.core.tensor_type import TensorType
from blocks.activation._elementwise import Elementwise


@dataclass(frozen=True, kw_only=True)
class ScaledTanh(Elementwise):
    """The squashing function of LeNet: a tanh stretched so that 1 stays 1 and -1 stays -1.

    y = 1.7159 · tanh(2/3 · x). Shapes: any, unchanged.
    Source: LeCun et al., Gradient-based learning applied to document recognition, 1998, appendix A.
    """

    synonyms = ("lenet activation", "squashing function", "lecun tanh")

    def call(self, input: TensorType) -> Module:
        return Module("ScaledTanh", source="scaled_tanh", functional="1.7159 * torch.tanh(2 / 3 * input)")
