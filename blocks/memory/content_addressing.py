"""ContentAddressing."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, Expression, port
from app.core.tensor_type import TensorType
from blocks.memory._memory import MEMORY_HELP, fitting


@dataclass(frozen=True, kw_only=True)
class ContentAddressing(Block):
    """Looks for the rows of a memory that are like a key.

    weights = softmax over the rows of strength · cos(key, row)
    Shapes: key B×M, strength B×1, memory B×N×M → B×N.
    Source: Graves et al., Neural Turing machines, 2014, equation 5.
    """

    inputs = (
        port("key", "B×M: what is looked for."),
        port("strength", "B×1, at least 0: how sharply; β in the paper."),
        port("memory", MEMORY_HELP),
    )
    synonyms = ("ntm", "cosine attention", "beta", "read head", "similarity")

    def infer(self, key: TensorType, strength: TensorType, memory: TensorType) -> TensorType:
        patterns = {"key": "B×M", "strength": "B×1", "memory": "B×N×M"}
        fitting(patterns, {"key": key, "strength": strength, "memory": memory})
        return memory.with_shape(*memory.shape[:2])

    def call(self, key: TensorType, strength: TensorType, memory: TensorType) -> Expression:
        similarity = "F.cosine_similarity(memory, key.unsqueeze(1), dim=-1)"
        return Expression(f"(strength * {similarity}).softmax(dim=-1)")
