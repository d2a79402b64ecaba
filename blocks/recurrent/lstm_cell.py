"""nn.LSTMCell."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Module, Weight, port
from app.core.problems import ShapeError
from app.core.symbolic import Dim
from app.core.tensor_type import TensorType
from blocks.recurrent._cell import NEXT, STATE, STEP, Cell


@dataclass(frozen=True, kw_only=True)
class LSTMCell(Cell):
    """One step of a long short-term memory, for a graph that is scanned.

    i, f, o = σ(W·x + U·h), g = tanh(W·x + U·h), c ← f·c + i·g, h ← o·tanh(c), each with its own weights and biases.
    Shapes: B×features, B×hidden and B×hidden → B×hidden and B×hidden.
    Source: Hochreiter and Schmidhuber, Long short-term memory, 1997; as torch.nn.LSTMCell.
    """

    inputs = (STEP, STATE, port("c_0", "Cell before, B×hidden; nothing: zeros", optional=True))
    outputs = (NEXT, port("c_1", "Cell after, B×hidden"))
    gates = 4
    synonyms = ("long short-term memory", "recurrent step")

    def infer(
        self, input: TensorType, h_0: TensorType | None = None, c_0: TensorType | None = None
    ) -> tuple[TensorType, ...]:
        state = self._next(input, h_0=h_0, c_0=c_0)
        if (h_0 is None) != (c_0 is None):
            wired, missing = ("h_0", "c_0") if c_0 is None else ("c_0", "h_0")
            raise ShapeError(
                f"An LSTM needs a state and a cell, or neither; only “{wired}” is wired. Wire “{missing}” too.",
                expected="h_0 and c_0",
                came=wired,
                part=missing,
            )
        return state, state

    def call(self, input: TensorType, h_0: TensorType | None = None, c_0: TensorType | None = None) -> Module:
        forward = "module(input)" if h_0 is None and c_0 is None else "module(input, (h_0, c_0))"
        return self._module(input, forward=forward, returns="h_1, c_1")

    def weights(
        self, input: TensorType, h_0: TensorType | None = None, c_0: TensorType | None = None
    ) -> dict[str, Weight]:
        return self._weights(input)

    def macs(self, input: TensorType, h_0: TensorType | None = None, c_0: TensorType | None = None) -> Dim:
        return self._macs(input)
