"""Sharpen."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, Expression, port
from app.core.tensor_type import TensorType
from blocks.memory._memory import WEIGHTS_HELP, fitting


@dataclass(frozen=True, kw_only=True)
class Sharpen(Block):
    """Makes an attention over a memory's rows more certain, and lets it add up to 1 again.

    y = weights^power / Σ weights^power
    Shapes: weights B×N, at least 0; power B×1 → B×N.
    Source: Graves et al., Neural Turing machines, 2014, equation 9.
    """

    inputs = (port("weights", WEIGHTS_HELP), port("power", "B×1, at least 1: how much; γ in the paper."))
    synonyms = ("ntm", "gamma", "power", "temperature")

    def infer(self, weights: TensorType, power: TensorType) -> TensorType:
        fitting({"weights": "B×N", "power": "B×1"}, {"weights": weights, "power": power})
        return weights

    def call(self, weights: TensorType, power: TensorType) -> Expression:
        return Expression("F.normalize(weights**power, p=1.0, dim=-1)")
