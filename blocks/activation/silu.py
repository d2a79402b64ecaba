"""nn.SiLU."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Module
from app.core.tensor_type import TensorType
from blocks.activation._elementwise import Elementwise


@dataclass(frozen=True, kw_only=True)
class SiLU(Elementwise):
    """Sigmoid linear unit, also called swish: the input times its own sigmoid.

    y = x · sigmoid(x). Shapes: any, unchanged.
    Source: Hendrycks and Gimpel, 2016; Ramachandran et al., Searching for activation functions, 2017; as torch.nn.SiLU.
    """

    synonyms = ("swish", "activation")

    def call(self, input: TensorType) -> Module:
        return Module("nn.SiLU", functional="F.silu(input)")
