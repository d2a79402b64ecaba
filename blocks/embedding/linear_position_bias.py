"""A penalty on distance."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, Expression, port, whole
from app.core.tensor_type import TensorType
from blocks.rules import at_least_rank, float32


@dataclass(frozen=True, kw_only=True)
class LinearPositionBias(Block):
    """A penalty that grows with distance, another one for each head, to be added to attention scores: ALiBi.

    y[h, i, j] = -slope[h]·|i - j|, slopes 2^(-8/heads), 2^(-16/heads), …; nothing is learnt, and longer sequences than
    trained on are no trouble. Shapes: ...×L×E and ...×S×E → heads×L×S.
    Source: Press et al., Train short, test long: attention with linear biases, 2022.
    """

    inputs = (port("query", "Whose length is the rows'."), port("key", "Whose length is the columns'."))
    synonyms = ("alibi", "relative positions", "attention bias", "distance penalty")

    heads: int = whole(8, low=1, label="Heads", help="Of the attention that it goes to.")

    def infer(self, query: TensorType, key: TensorType) -> TensorType:
        for name, given, pattern in (("query", query, "...×L×features"), ("key", key, "...×S×features")):
            at_least_rank(given, 2, pattern, name)
            float32(given, name)
        return TensorType((self.heads, query.shape[-2], key.shape[-2]))

    def call(self, query: TensorType, key: TensorType) -> Expression:
        return Expression("linear_position_bias(query, key, heads)", source="linear_position_bias", heads=self.heads)

    def detail(self) -> str:
        return f"{self.heads} heads"
