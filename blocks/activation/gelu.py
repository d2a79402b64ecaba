"""nn.GELU."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.core.block import Module, choice
from app.core.tensor_type import TensorType
from blocks.activation._elementwise import Elementwise
from blocks.rules import functional

DEFAULTS: Mapping[str, Any] = {"approximate": "none"}


@dataclass(frozen=True, kw_only=True)
class GELU(Elementwise):
    """Gaussian error linear unit: the input times the chance that a normal number is below it.

    y = x · Φ(x); with tanh, 0.5 · x · (1 + tanh(√(2/π) · (x + 0.044715 · x³))). Shapes: any, unchanged.
    Source: Hendrycks and Gimpel, Gaussian error linear units, 2016; as torch.nn.GELU.
    """

    synonyms = ("gaussian error linear unit", "activation")

    approximate: str = choice("none", "none", "tanh", label="Approximation", help="GPT-2 uses the one with tanh.")

    def call(self, input: TensorType) -> Module:
        arguments = {"approximate": self.approximate}
        template = functional("F.gelu", ("input",), arguments, DEFAULTS)
        return Module("nn.GELU", arguments, defaults=DEFAULTS, functional=template)

    def detail(self) -> str:
        return "tanh" if self.approximate == "tanh" else ""
