"""nn.Softsign."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Module
from app.core.tensor_type import TensorType
from blocks.activation._elementwise import Elementwise


@dataclass(frozen=True, kw_only=True)
class Softsign(Elementwise):
    """Squeezes every number into -1 to 1, more gently than a tanh does.

    y = x / (1 + |x|). Shapes: any, unchanged.
    Source: Bergstra et al., Quadratic polynomials learn better image features, 2009; as torch.nn.Softsign.
    """

    synonyms = ("squashing function", "sigmoidal", "activation")

    def call(self, input: TensorType) -> Module:
        return Module("nn.Softsign", functional="F.softsign(input)")
