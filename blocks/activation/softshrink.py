"""nn.Softshrink."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.core.block import Module, real
from app.core.tensor_type import TensorType
from blocks.activation._elementwise import Elementwise
from blocks.rules import functional

DEFAULTS: Mapping[str, Any] = {"lambd": 0.5}


@dataclass(frozen=True, kw_only=True)
class Softshrink(Elementwise):
    """Moves every number towards zero by the same amount, as the lasso does.

    y = x - lambd where x > lambd, x + lambd where x < -lambd, else 0. Shapes: any, unchanged.
    Source: Donoho, De-noising by soft-thresholding, 1995; ISTA's step; as torch.nn.Softshrink.
    """

    synonyms = ("soft thresholding", "shrinkage", "sparse coding", "ista", "lasso", "activation")

    lambd: float = real(
        0.5, low=0.0, label="Lambda", help="How far numbers are moved; what lies closer to zero becomes zero."
    )

    def call(self, input: TensorType) -> Module:
        arguments = {"lambd": self.lambd}
        template = functional("F.softshrink", ("input",), arguments, DEFAULTS)
        return Module("nn.Softshrink", arguments, defaults=DEFAULTS, functional=template)

    def detail(self) -> str:
        return "" if self.lambd == DEFAULTS["lambd"] else f"{self.lambd:g}"
