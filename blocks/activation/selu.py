"""nn.SELU."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Module
from app.core.tensor_type import TensorType
from blocks.activation._elementwise import Elementwise


@dataclass(frozen=True, kw_only=True)
class SELU(Elementwise):
    """A scaled exponential unit whose activations keep mean 0 and variance 1 from layer to layer.

    y = 1.0507 · x where x > 0, else 1.0507 · 1.6733 · (exp(x) - 1). Shapes: any, unchanged.
    Source: Klambauer et al., Self-normalizing neural networks, 2017, with AlphaDropout; as torch.nn.SELU.
    """

    synonyms = ("scaled exponential linear unit", "self-normalising", "snn", "activation")

    def call(self, input: TensorType) -> Module:
        return Module("nn.SELU", functional="F.selu(input)")
