"""nn.LogSigmoid."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Module
from app.core.tensor_type import TensorType
from blocks.activation._elementwise import Elementwise


@dataclass(frozen=True, kw_only=True)
class LogSigmoid(Elementwise):
    """Logarithm of the sigmoid, in one numerically safe step.

    y = log(1 / (1 + exp(-x))). Shapes: any, unchanged.
    Source: the logarithm of the logistic function; as torch.nn.LogSigmoid.
    """

    synonyms = ("log probability", "logistic", "activation")

    def call(self, input: TensorType) -> Module:
        return Module("nn.LogSigmoid", functional="F.logsigmoid(input)")
