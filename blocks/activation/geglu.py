"""GEGLU."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Expression
from app.core.tensor_type import TensorType
from blocks.activation._gated import Gated


@dataclass(frozen=True, kw_only=True)
class GEGLU(Gated):
    """Gated unit of T5 v1.1 and of diffusion models: half of the features times the GELU of the other half.

    y = a · gelu(b), a and b being the two halves along dim. Shapes: any, with dim half as large.
    Source: Shazeer, GLU variants improve transformer, 2020.
    """

    synonyms = ("gelu gated linear unit", "gate", "activation")

    def call(self, input: TensorType) -> Expression:
        return self._gated("F.gelu")
