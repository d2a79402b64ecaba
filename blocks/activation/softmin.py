"""nn.Softmin and F.softmin."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Module
from app.core.tensor_type import TensorType
from blocks.activation._over_dimension import OverDimension


@dataclass(frozen=True, kw_only=True)
class Softmin(OverDimension):
    """Turns numbers into probabilities of which the smallest number gets the largest.

    y[i] = exp(-x[i]) / sum over j of exp(-x[j]). Shapes: any, unchanged.
    Source: the softmax of the negative, so Boltzmann's distribution over energies; as torch.nn.Softmin.
    """

    synonyms = ("probabilities of energies", "boltzmann", "softmax of the negative")

    def call(self, input: TensorType) -> Module:
        return Module("nn.Softmin", {"dim": self.dim}, functional="F.softmin(input, dim=dim)")
