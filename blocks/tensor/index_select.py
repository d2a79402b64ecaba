"""IndexSelect."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, Expression, port, whole
from app.core.tensor_type import TensorType
from blocks.rules import dimension
from blocks.tensor._numbered import check_list


@dataclass(frozen=True, kw_only=True)
class IndexSelect(Block):
    """Positions of one dimension, in the order of a list that is the same for every example.

    y[:, i] = x[:, index[i]] for dimension 1
    Shapes: B×T×F and a list of N → B×N×F for dimension 1.
    Source: torch.index_select. Index takes rows, and masks; Gather another position for each element.
    """

    inputs = (port("input", "What is taken from."), port("index", "Positions: a list of whole numbers."))
    synonyms = ("select", "pick", "reorder channels", "shuffle", "permutation", "take")

    dim: int = whole(1, low=-8, high=7, label="Dimension", help="That of the positions.")

    def infer(self, input: TensorType, index: TensorType) -> TensorType:
        dim = dimension(self.dim, input.rank)
        check_list(index)
        return input.with_shape(*input.shape[:dim], index.shape[0], *input.shape[dim + 1 :])

    def call(self, input: TensorType, index: TensorType) -> Expression:
        return Expression("input.index_select(dim, index)", dim=self.dim)

    def detail(self) -> str:
        return f"dim {self.dim}"
