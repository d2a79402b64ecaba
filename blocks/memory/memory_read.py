"""MemoryRead."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, Expression, port
from app.core.symbolic import Dim, product
from app.core.tensor_type import TensorType
from blocks.memory._memory import MEMORY_HELP, WEIGHTS_HELP, fitting


@dataclass(frozen=True, kw_only=True)
class MemoryRead(Block):
    """Mean of a memory's rows, weighted by an attention over them.

    y = Σ over the rows i of weights[i] · memory[i]
    Shapes: memory B×N×M, weights B×N → B×M.
    Source: Graves et al., Neural Turing machines, 2014, equation 2.
    """

    inputs = (port("memory", MEMORY_HELP), port("weights", WEIGHTS_HELP))
    synonyms = ("ntm", "read head", "attention", "weighted mean")

    def infer(self, memory: TensorType, weights: TensorType) -> TensorType:
        fitting({"memory": "B×N×M", "weights": "B×N"}, {"memory": memory, "weights": weights})
        return memory.with_shape(memory.shape[0], memory.shape[2])

    def call(self, memory: TensorType, weights: TensorType) -> Expression:
        return Expression("(weights.unsqueeze(1) @ memory).squeeze(1)")

    def macs(self, memory: TensorType, weights: TensorType) -> Dim:
        total: Dim = product(memory.shape)
        return total
