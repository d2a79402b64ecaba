"""What functions along one dimension have in common."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from app.core.block import Block, Expression, flag, whole
from app.core.tensor_type import DTYPES, TensorType
from blocks.elementwise import dtype_among
from blocks.reduction._reduction import KEEPDIM_HELP
from blocks.rules import dimension


@dataclass(frozen=True, kw_only=True)
class Running(Block):
    """Base of what runs along a dimension and keeps the shape: ``input.cumprod(dim=1)``."""

    expression: ClassVar[str]
    takes: ClassVar[frozenset[str]] = frozenset(DTYPES)

    dim: int = whole(1, low=-8, high=7, label="Dimension", help="Along which it runs.")

    def infer(self, input: TensorType) -> TensorType:
        dtype_among(input, self.takes)
        dimension(self.dim, input.rank)
        return input

    def call(self, input: TensorType) -> Expression:
        return Expression(self.expression, dim=self.dim)

    def detail(self) -> str:
        return f"dim {self.dim}"


@dataclass(frozen=True, kw_only=True)
class OverOne(Block):
    """Base of reductions that torch has over one dimension alone."""

    takes: ClassVar[frozenset[str]]

    dim: int = whole(-1, low=-8, high=7, label="Dimension", help="Which one is taken together; -1 is the last.")
    keepdim: bool = flag(False, label="Keep dimension", help=KEEPDIM_HELP)

    def infer(self, input: TensorType) -> TensorType:
        dtype_among(input, self.takes)
        dim = dimension(self.dim, input.rank)
        return input.with_shape(*input.shape[:dim], *((1,) if self.keepdim else ()), *input.shape[dim + 1 :])

    @property
    def where(self) -> str:
        return "dim=dim, keepdim=True" if self.keepdim else "dim=dim"

    def detail(self) -> str:
        return f"dim {self.dim}"
