"""nn.GELU."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Module, choice
from app.core.tensor_type import TensorType
from blocks.activation._elementwise import Elementwise


@dataclass(frozen=True, kw_only=True)
class GELU(Elementwise):
    """Gaussian error linear unit: the input times the chance that a normal number is below it.

    y = x · Φ(x); with tanh, 0.5 · x · (1 + tanh(√(2/π) · (x + 0.044715 · x³))). Shapes: any, unchanged.
    Source: Hendrycks and Gimpel, Gaussian error linear units, 2016; as torch.nn.GELU.
    """

    synonyms = ("gaussian error linear unit", "activation")

    approximate: str = choice("none", "none", "tanh", label="Approximation", help="GPT-2 uses the one with tanh.")

    def call(self, input: TensorType) -> Module:
        return Module(
            "nn.GELU",
            {"approximate": self.approximate},
            positional=0,
            defaults={"approximate": "none"},
            functional="F.gelu(input, approximate=approximate)",
        )

    def detail(self) -> str:
        return "tanh" if self.approximate == "tanh" else ""
