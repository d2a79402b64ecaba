"""ArgMax."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, Expression, flag, whole
from app.core.tensor_type import TensorType
from blocks.elementwise import REAL, dtype_among
from blocks.reduction._reduction import KEEPDIM_HELP
from blocks.rules import dimension


@dataclass(frozen=True, kw_only=True)
class ArgMax(Block):
    """Position of the largest element along a dimension.

    Shapes: B×C → B for dimension 1; int64. No gradient flows back.
    Source: torch.argmax.
    """

    synonyms = ("prediction", "class", "best", "index of maximum")

    dim: int = whole(1, low=-8, high=7, label="Dimension", help="Along which it is looked for.")
    keepdim: bool = flag(False, label="Keep dimension", help=KEEPDIM_HELP)

    def infer(self, input: TensorType) -> TensorType:
        dtype_among(input, REAL)
        dim = dimension(self.dim, input.rank)
        middle = (1,) if self.keepdim else ()
        return TensorType((*input.shape[:dim], *middle, *input.shape[dim + 1 :]), "int64")

    def call(self, input: TensorType) -> Expression:
        return Expression(f"input.argmax(dim=dim{', keepdim=True' if self.keepdim else ''})", dim=self.dim)

    def detail(self) -> str:
        return f"dim {self.dim}"
