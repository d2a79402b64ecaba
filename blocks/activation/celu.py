"""nn.CELU."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.core.block import Module, real
from app.core.tensor_type import TensorType
from blocks.activation._elementwise import Elementwise
from blocks.rules import functional

DEFAULTS: Mapping[str, Any] = {"alpha": 1.0}


@dataclass(frozen=True, kw_only=True)
class CELU(Elementwise):
    """An exponential linear unit without a kink, whatever alpha is.

    y = x where x > 0, else alpha · (exp(x / alpha) - 1). Shapes: any, unchanged.
    Source: Barron, Continuously differentiable exponential linear units, 2017; as torch.nn.CELU.
    """

    synonyms = ("continuously differentiable exponential linear unit", "activation")

    alpha: float = real(1.0, low=1e-6, label="Alpha", help="Minus the value that very negative inputs tend to.")

    def call(self, input: TensorType) -> Module:
        arguments = {"alpha": self.alpha}
        template = functional("F.celu", ("input",), arguments, DEFAULTS)
        return Module("nn.CELU", arguments, defaults=DEFAULTS, functional=template)

    def detail(self) -> str:
        return "" if self.alpha == DEFAULTS["alpha"] else f"{self.alpha:g}"
