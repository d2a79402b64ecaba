"""RandomPermutation."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, Expression, port
from app.core.tensor_type import TensorType
from blocks.rules import at_least_rank


@dataclass(frozen=True, kw_only=True)
class RandomPermutation(Block):
    """Draws an order of the batch's examples: index with it to shuffle them, as mixup and negatives need.

    y = a random order of 0, ..., B - 1
    Shapes: a batch B×... → B; int64.
    Source: torch.randperm.
    """

    inputs = (port("like", "A tensor whose batch and device the order is for."),)
    synonyms = ("randperm", "shuffle", "mixup", "negatives", "derangement")

    def infer(self, like: TensorType) -> TensorType:
        at_least_rank(like, 1, "a tensor with a batch", "like")
        return TensorType((like.shape[0],), "int64")

    def call(self, like: TensorType) -> Expression:
        return Expression("torch.randperm(like.shape[0], device=like.device)", random=True)
