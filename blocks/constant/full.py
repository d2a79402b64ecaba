"""Full."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Expression, real
from app.core.tensor_type import TensorType
from blocks.constant._filled import Filled


@dataclass(frozen=True, kw_only=True)
class Full(Filled):
    """A tensor of given sizes that holds one number everywhere.

    Shapes: a batch B×... → B×sizes, or sizes.
    Source: torch.full.
    """

    synonyms = ("constant", "fill", "value", "start token")

    value: float = real(0.5, label="Number", help="What every element is.")

    def call(self, like: TensorType) -> Expression:
        return self.filled("full", ", value", tuple=True, value=self.value)

    def detail(self) -> str:
        return f"{self.value:g}"
