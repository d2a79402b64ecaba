"""CircularShift."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, Expression, port
from app.core.tensor_type import TensorType
from blocks.memory._memory import WEIGHTS_HELP, fitting
from blocks.rules import known


@dataclass(frozen=True, kw_only=True)
class CircularShift(Block):
    """Moves an attention over a memory's rows, in a ring: by so many rows with such a probability.

    y[i] = Σ over the moves m of weights[i - m] · shift[m]; for three moves m is -1, 0, 1
    Shapes: weights B×N, shift B×S → B×N.
    Source: Graves et al., Neural Turing machines, 2014, equation 8.
    """

    inputs = (port("weights", WEIGHTS_HELP), port("shift", "B×S: how likely each move is; they add up to 1."))
    synonyms = ("ntm", "rotate", "circular convolution", "location addressing")

    def infer(self, weights: TensorType, shift: TensorType) -> TensorType:
        fitting({"weights": "B×N", "shift": "B×S"}, {"weights": weights, "shift": shift})
        known(shift.shape[1], "number of moves", "shift")
        return weights

    def call(self, weights: TensorType, shift: TensorType) -> Expression:
        return Expression("circular_shift(weights, shift)", source="circular_shift")
