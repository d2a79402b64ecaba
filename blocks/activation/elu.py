"""nn.ELU."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Module, real
from app.core.tensor_type import TensorType
from blocks.activation._elementwise import Elementwise


@dataclass(frozen=True, kw_only=True)
class ELU(Elementwise):
    """Exponential linear unit: the identity where positive, a smooth curve to -alpha elsewhere.

    y = x where x > 0, else alpha · (exp(x) - 1). Shapes: any, unchanged.
    Source: Clevert et al., Fast and accurate deep network learning by exponential linear units, 2015; as torch.nn.ELU.
    """

    synonyms = ("exponential linear unit", "activation")

    alpha: float = real(1.0, low=0.0, label="Alpha", help="Minus the value that very negative inputs tend to.")

    def call(self, input: TensorType) -> Module:
        return Module("nn.ELU", {"alpha": self.alpha}, functional="F.elu(input, alpha)")
