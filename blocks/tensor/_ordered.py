"""What sorting has in common."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, flag, whole
from app.core.tensor_type import TensorType
from blocks.elementwise import REAL, dtype_among
from blocks.rules import dimension


@dataclass(frozen=True, kw_only=True)
class Ordered(Block):
    """Base of Sort and ArgSort."""

    dim: int = whole(-1, low=-8, high=7, label="Dimension", help="Along which it is sorted; -1 is the last.")
    descending: bool = flag(False, label="Descending", help="The largest first.")

    def check(self, input: TensorType) -> None:
        dtype_among(input, REAL | {"bool"})
        dimension(self.dim, input.rank)

    @property
    def where(self) -> str:
        return "dim=dim, descending=True" if self.descending else "dim=dim"

    def detail(self) -> str:
        return f"dim {self.dim} {'↓' if self.descending else '↑'}"
