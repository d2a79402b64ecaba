"""ReGLU."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Expression
from app.core.tensor_type import TensorType
from blocks.activation._gated import Gated


@dataclass(frozen=True, kw_only=True)
class ReGLU(Gated):
    """Gated unit with a rectifier: half of the features times the ReLU of the other half.

    y = a · relu(b), a and b being the two halves along dim. Shapes: any, with dim half as large.
    Source: Shazeer, GLU variants improve transformer, 2020.
    """

    synonyms = ("relu gated linear unit", "gate", "activation")

    def call(self, input: TensorType) -> Expression:
        return self._gated("F.relu")
