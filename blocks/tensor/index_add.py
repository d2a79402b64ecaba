"""IndexAdd."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, Expression, port, whole
from app.core.problems import ShapeError
from app.core.symbolic import differ
from app.core.tensor_type import TensorType
from blocks.rules import dimension, same_dtype, same_size
from blocks.tensor._numbered import check_list


@dataclass(frozen=True, kw_only=True)
class IndexAdd(Block):
    """Adds slices to the positions of a dimension that a list names: the experts' answers back to their tokens.

    y = x, then y[index[i]] += source[i] for dimension 0
    Shapes: N×F, a list of E and E×F → N×F for dimension 0.
    Source: torch.Tensor.index_add.
    """

    inputs = (
        port("input", "What is added to."),
        port("index", "Positions: a list of whole numbers."),
        port("source", "What is added, a slice for each position."),
    )
    synonyms = ("segment sum", "accumulate", "scatter rows", "combine experts")

    dim: int = whole(0, low=-8, high=7, label="Dimension", help="That of the positions.")

    def infer(self, input: TensorType, index: TensorType, source: TensorType) -> TensorType:
        dim = dimension(self.dim, input.rank)
        check_list(index)
        same_dtype(source, input, "source", "input")
        if source.rank != input.rank:
            raise ShapeError(
                f"“source” must have {input.rank} dimensions, as “input” has; {source} came.",
                expected=f"{input.rank} dimensions",
                came=str(source),
                part="source",
            )
        same_size(source.shape[dim], index.shape[0], f"number of positions (dimension {dim})", "source", "index")
        for at, (mine, its) in enumerate(zip(input.shape, source.shape, strict=True)):
            if at != dim and differ(mine, its):
                raise ShapeError(
                    f"“source” ({source}) must be as large as “input” ({input}) in dimension {at}.",
                    expected=str(mine),
                    came=str(its),
                    part="source",
                )
        return input

    def call(self, input: TensorType, index: TensorType, source: TensorType) -> Expression:
        return Expression("input.index_add(dim, index, source)", dim=self.dim)

    def detail(self) -> str:
        return f"dim {self.dim}"
