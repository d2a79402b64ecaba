"""SplitHeads."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, Expression, whole
from app.core.problems import SetArgument, ShapeError
from app.core.symbolic import exact_div, indivisible
from app.core.tensor_type import TensorType
from blocks.rules import shaped


@dataclass(frozen=True, kw_only=True)
class SplitHeads(Block):
    """Gives each attention head its share of the features.

    Shapes: B×T×features → B×heads×T×(features / heads).
    Source: Vaswani et al., Attention is all you need, 2017.
    """

    synonyms = ("multi-head", "attention heads", "reshape")

    heads: int = whole(8, low=1, label="Heads", help="How many equal shares; it must divide the features.")

    def infer(self, input: TensorType) -> TensorType:
        shaped(input, "B×T×features")
        batch, length, features = input.shape
        if indivisible(features, self.heads):
            fits = [heads for heads in range(self.heads, 0, -1) if not indivisible(features, heads)]
            raise ShapeError(
                f"{features} features cannot be shared equally among {self.heads} heads. "
                "Choose a number of heads that divides the features.",
                expected=f"a multiple of {self.heads}",
                came=str(features),
                part="heads",
                fixes=(SetArgument("heads", fits[0], f"Take {fits[0]} heads"),),
            )
        return input.with_shape(batch, self.heads, length, exact_div(features, self.heads))

    def call(self, input: TensorType) -> Expression:
        return Expression("input.reshape(*input.shape[:2], heads, -1).transpose(1, 2)", heads=self.heads)

    def detail(self) -> str:
        return f"{self.heads} heads"
