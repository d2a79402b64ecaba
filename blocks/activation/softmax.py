"""nn.Softmax and F.softmax."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Module
from app.core.tensor_type import TensorType
from blocks.activation._over_dimension import OverDimension


@dataclass(frozen=True, kw_only=True)
class Softmax(OverDimension):
    """Turns numbers into probabilities: positive, and summing to one along a dimension.

    y[i] = exp(x[i]) / sum over j of exp(x[j]). Shapes: any, unchanged.
    Source: Bridle, Probabilistic interpretation of feedforward network outputs, 1990; as torch.nn.Softmax.
    """

    synonyms = ("probabilities", "normalised exponential")

    def call(self, input: TensorType) -> Module:
        return Module("nn.Softmax", {"dim": self.dim}, functional="F.softmax(input, dim=dim)")
