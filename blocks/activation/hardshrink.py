"""nn.Hardshrink."""

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
class Hardshrink(Elementwise):
    """Sets small numbers to zero and leaves the others as they are.

    y = x where |x| > lambd, else 0. Shapes: any, unchanged.
    Source: Donoho and Johnstone, Ideal spatial adaptation by wavelet shrinkage, 1994; as torch.nn.Hardshrink.
    """

    synonyms = ("hard thresholding", "shrinkage", "sparse coding", "activation")

    lambd: float = real(
        0.5, low=0.0, label="Lambda", help="Numbers that lie no farther from zero than this become zero."
    )

    def call(self, input: TensorType) -> Module:
        arguments = {"lambd": self.lambd}
        template = functional("F.hardshrink", ("input",), arguments, DEFAULTS)
        return Module("nn.Hardshrink", arguments, defaults=DEFAULTS, functional=template)

    def detail(self) -> str:
        return "" if self.lambd == DEFAULTS["lambd"] else f"{self.lambd:g}"
