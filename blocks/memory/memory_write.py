"""MemoryWrite."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, Expression, port
from app.core.tensor_type import TensorType
from blocks.memory._memory import MEMORY_HELP, WEIGHTS_HELP, fitting


@dataclass(frozen=True, kw_only=True)
class MemoryWrite(Block):
    """Writes into a memory's rows, as far as an attention goes: erases first, then adds.

    y[i] = memory[i] · (1 - weights[i] · erase) + weights[i] · add
    Shapes: memory B×N×M, weights B×N, erase B×M, add B×M → B×N×M.
    Source: Graves et al., Neural Turing machines, 2014, equations 3 and 4.
    """

    inputs = (
        port("memory", MEMORY_HELP),
        port("weights", WEIGHTS_HELP),
        port("erase", "B×M, from 0 (keep) to 1 (forget)."),
        port("add", "B×M: what is written."),
    )
    synonyms = ("ntm", "write head", "erase", "update")

    def infer(self, memory: TensorType, weights: TensorType, erase: TensorType, add: TensorType) -> TensorType:
        patterns = {"memory": "B×N×M", "weights": "B×N", "erase": "B×M", "add": "B×M"}
        fitting(patterns, {"memory": memory, "weights": weights, "erase": erase, "add": add})
        return memory

    def call(self, memory: TensorType, weights: TensorType, erase: TensorType, add: TensorType) -> Expression:
        rows = "weights.unsqueeze(-1)"
        return Expression(f"memory * (1 - {rows} * erase.unsqueeze(1)) + {rows} * add.unsqueeze(1)")
