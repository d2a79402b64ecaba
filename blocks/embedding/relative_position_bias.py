"""Learnt numbers for distances."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, Module, Weight, flag, parameter, port, whole
from app.core.problems import SetArgument, ShapeError
from app.core.tensor_type import TensorType
from blocks.rules import at_least_rank


@dataclass(frozen=True, kw_only=True)
class RelativePositionBias(Block):
    """A learnt number for each head and distance, to be added to attention scores.

    y[h, i, j] = weight[range of (j - i), h]. Near distances have a range of their own, far ones share them: half of the
    ranges grow as logarithms do. It goes into “attn_mask” of ScaledDotProductAttention.
    Shapes: ...×L×E and ...×S×E → heads×L×S.
    Source: Raffel et al., Exploring the limits of transfer learning (T5), 2020, section 2.1.
    """

    inputs = (port("query", "Whose length is the rows'."), port("key", "Whose length is the columns'."))
    synonyms = ("t5", "relative attention bias", "position bias", "buckets")

    num_heads: int = whole(8, low=1, label="Heads", help="Of the attention that it goes to.")
    num_buckets: int = whole(32, low=4, label="Ranges", help="How many ranges of distances there are.")
    max_distance: int = whole(128, low=2, label="Farthest", help="Distances from here on share the last range.")
    bidirectional: bool = flag(
        True, label="Both directions", help="Otherwise all that lies ahead counts as distance 0."
    )

    def infer(self, query: TensorType, key: TensorType) -> TensorType:
        at_least_rank(query, 2, "...×L×features", "query")
        at_least_rank(key, 2, "...×S×features", "key")
        exact = self.num_buckets // (4 if self.bidirectional else 2)
        if self.max_distance <= exact:
            raise ShapeError(
                f"The nearest {exact} distances have a range each, so the farthest lies beyond; "
                f"{self.max_distance} came.",
                expected=f"more than {exact}",
                came=str(self.max_distance),
                part="max_distance",
                fixes=(SetArgument("max_distance", 4 * self.num_buckets, f"Set it to {4 * self.num_buckets}"),),
            )
        return TensorType((self.num_heads, query.shape[-2], key.shape[-2]))

    def call(self, query: TensorType, key: TensorType) -> Module:
        names = ("num_buckets", "num_heads", "max_distance", "bidirectional")
        return Module(
            "RelativePositionBias",
            {name: getattr(self, name) for name in names},
            positional=2,
            defaults={"max_distance": 128, "bidirectional": True},
            source="relative_position_bias",
        )

    def weights(self, query: TensorType, key: TensorType) -> dict[str, Weight]:
        return {"weight": parameter(self.num_buckets, self.num_heads)}

    def detail(self) -> str:
        return f"{self.num_heads} heads"
