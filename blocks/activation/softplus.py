"""nn.Softplus."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.core.block import Module, real
from app.core.tensor_type import TensorType
from blocks.activation._elementwise import Elementwise
from blocks.rules import functional

DEFAULTS: Mapping[str, Any] = {"beta": 1.0, "threshold": 20.0}


@dataclass(frozen=True, kw_only=True)
class Softplus(Elementwise):
    """A smooth rectifier whose values are always positive, as scales and variances must be.

    y = log(1 + exp(beta · x)) / beta, linear where beta · x > threshold. Shapes: any, unchanged.
    Source: Dugas et al., Incorporating second-order functional knowledge, 2000; as torch.nn.Softplus.
    """

    synonyms = ("smooth rectifier", "positive", "activation")

    beta: float = real(1.0, low=1e-6, label="Beta", help="Larger values come closer to the sharp rectifier.")
    threshold: float = real(20.0, low=0.0, label="Threshold", help="Beyond it the curve is taken as a straight line.")

    def call(self, input: TensorType) -> Module:
        arguments = {"beta": self.beta, "threshold": self.threshold}
        template = functional("F.softplus", ("input",), arguments, DEFAULTS)
        return Module("nn.Softplus", arguments, defaults=DEFAULTS, functional=template)
