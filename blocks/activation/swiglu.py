"""SwiGLU."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Expression
from app.core.tensor_type import TensorType
from blocks.activation._gated import Gated


@dataclass(frozen=True, kw_only=True)
class SwiGLU(Gated):
    """Gated unit of Llama and PaLM: half of the features times the SiLU of the other half.

    y = a · silu(b), a and b being the two halves along dim. Shapes: any, with dim half as large.
    Source: Shazeer, GLU variants improve transformer, 2020.
    """

    synonyms = ("swish gated linear unit", "llama feed-forward", "gate", "activation")

    def call(self, input: TensorType) -> Expression:
        return self._gated("F.silu")
