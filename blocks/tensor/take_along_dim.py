"""TakeAlongDim."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, Expression, port, whole
from app.core.problems import ShapeError
from app.core.symbolic import Dim
from app.core.tensor_type import TensorType
from blocks.elementwise import broadcast_shape
from blocks.rules import dimension, wrong_dtype


@dataclass(frozen=True, kw_only=True)
class TakeAlongDim(Block):
    """Takes positions along a dimension, as ArgSort and TopK give them; sizes of 1 broadcast.

    y[i, j, f] = x[i, index[i, j, f], f] for dimension 1; an index B×K×1 takes whole rows.
    Shapes: B×T×F and B×K×1 → B×K×F for dimension 1.
    Source: torch.take_along_dim; Gather is the same without repeating sizes of 1.
    """

    inputs = (port("input", "What is taken from."), port("index", "Positions along the dimension, int64."))
    synonyms = ("take", "gather rows", "batched index", "reorder", "sort by", "mask autoencoder", "look up")

    dim: int = whole(1, low=-8, high=7, label="Dimension", help="That of the positions.")

    def infer(self, input: TensorType, index: TensorType) -> TensorType:
        dim = dimension(self.dim, input.rank)
        if index.dtype != "int64":
            raise wrong_dtype(index, "positions (int64)", "int64", "index")
        if index.rank != input.rank:
            raise ShapeError(
                f"“index” must have {input.rank} dimensions, as “input” has; {index} came. Unsqueeze or Squeeze it.",
                expected=f"{input.rank} dimensions",
                came=str(index),
                part="index",
            )
        one = (*input.shape[:dim], 1, *input.shape[dim + 1 :])
        other = (*index.shape[:dim], 1, *index.shape[dim + 1 :])
        found: list[Dim] = list(broadcast_shape(input.with_shape(*one), index.with_shape(*other), "index"))
        found[dim] = index.shape[dim]
        return input.with_shape(*found)

    def call(self, input: TensorType, index: TensorType) -> Expression:
        return Expression("input.take_along_dim(index, dim=dim)", dim=self.dim)

    def detail(self) -> str:
        return f"dim {self.dim}"
