"""Maxout units."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, Expression, whole
from app.core.symbolic import Symbol
from app.core.tensor_type import TensorType
from blocks.activation._halves import DIM_HELP, one_part
from blocks.rules import dimension


@dataclass(frozen=True, kw_only=True)
class Maxout(Block):
    """The largest of each few features: after a linear layer, a unit that learns its own convex shape.

    y[i] = max over j of x[pieces · i + j]. Shapes: any, with dim so many times smaller as there are pieces.
    Source: Goodfellow et al., Maxout networks, 2013.
    """

    synonyms = ("piecewise linear", "max feature map", "activation")

    pieces: int = whole(2, low=1, label="Pieces", help="How many neighbouring features compete for one place.")
    dim: int = whole(1, low=-8, high=7, label="Dimension", help=DIM_HELP)

    def infer(self, input: TensorType) -> TensorType:
        return one_part(input, self.dim, self.pieces, "pieces")

    def call(self, input: TensorType) -> Expression:
        at = dimension(self.dim, input.rank)
        left = self.infer(input).shape[at]
        if isinstance(left, Symbol):
            return Expression(
                "torch.unflatten(input, dim, (-1, pieces)).amax(place)", dim=at, pieces=self.pieces, place=at + 1
            )
        return Expression(
            "torch.unflatten(input, dim, (left, pieces)).amax(place)",
            dim=at,
            left=left,
            pieces=self.pieces,
            place=at + 1,
        )

    def detail(self) -> str:
        return f"{self.pieces} pieces"
