"""nn.LogSoftmax and F.log_softmax."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Module
from app.core.tensor_type import TensorType
from blocks.activation._over_dimension import OverDimension


@dataclass(frozen=True, kw_only=True)
class LogSoftmax(OverDimension):
    """Logarithm of the softmax, in one numerically safe step.

    y[i] = x[i] - log(sum over j of exp(x[j])). Shapes: any, unchanged.
    Source: Bridle, Probabilistic interpretation of feedforward network outputs, 1990; as torch.nn.LogSoftmax.
    """

    synonyms = ("log probabilities", "log likelihood")

    def call(self, input: TensorType) -> Module:
        return Module("nn.LogSoftmax", {"dim": self.dim}, functional="F.log_softmax(input, dim=dim)")
