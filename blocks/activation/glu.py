"""nn.GLU."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.core.block import Block, Module, whole
from app.core.tensor_type import TensorType
from blocks.activation._halves import DIM_HELP, one_part
from blocks.rules import functional

DEFAULTS: Mapping[str, Any] = {"dim": -1}


@dataclass(frozen=True, kw_only=True)
class GLU(Block):
    """Gated linear unit: one half of the features, each let through as far as the other half says.

    y = a · sigmoid(b), a and b being the two halves along dim. Shapes: any, with dim half as large.
    Source: Dauphin et al., Language modeling with gated convolutional networks, 2017; as torch.nn.GLU.
    """

    synonyms = ("gated linear unit", "gate", "swiglu", "geglu", "activation")

    dim: int = whole(-1, low=-8, high=7, label="Dimension", help=DIM_HELP)

    def infer(self, input: TensorType) -> TensorType:
        return one_part(input, self.dim, 2, "input")

    def call(self, input: TensorType) -> Module:
        arguments = {"dim": self.dim}
        template = functional("F.glu", ("input",), arguments, DEFAULTS)
        return Module("nn.GLU", arguments, defaults=DEFAULTS, functional=template)

    def detail(self) -> str:
        return "" if self.dim == -1 else f"dim {self.dim}"
