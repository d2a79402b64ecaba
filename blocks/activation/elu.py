"""nn.ELU."""

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
class ELU(Elementwise):
    """Exponential linear unit: the identity where positive, a smooth curve to -alpha elsewhere.

    y = x where x > 0, else alpha · (exp(x) - 1). Shapes: any, unchanged.
    Source: Clevert et al., Fast and accurate deep network learning by exponential linear units, 2015; as torch.nn.ELU.
    """

    synonyms = ("exponential linear unit", "activation")

    alpha: float = real(1.0, low=0.0, label="Alpha", help="Minus the value that very negative inputs tend to.")

    def call(self, input: TensorType) -> Module:
        arguments = {"alpha": self.alpha}
        template = functional("F.elu", ("input",), arguments, DEFAULTS)
        return Module("nn.ELU", arguments, defaults=DEFAULTS, functional=template)
