"""nn.Mish."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Module
from app.core.tensor_type import TensorType
from blocks.activation._elementwise import Elementwise


@dataclass(frozen=True, kw_only=True)
class Mish(Elementwise):
    """A smooth unit like swish: the input times the tanh of its softplus.

    y = x · tanh(log(1 + exp(x))). Shapes: any, unchanged.
    Source: Misra, Mish: a self regularized non-monotonic activation function, 2019; as torch.nn.Mish.
    """

    synonyms = ("self-regularised", "smooth rectifier", "activation")

    def call(self, input: TensorType) -> Module:
        return Module("nn.Mish", functional="F.mish(input)")
