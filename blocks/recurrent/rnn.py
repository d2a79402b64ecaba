"""nn.RNN."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.core.block import choice
from app.core.tensor_type import TensorType
from blocks.recurrent._recurrent import DEFAULTS, OneState


@dataclass(frozen=True, kw_only=True)
class RNN(OneState):
    """Elman's recurrent net over a sequence: the state is made from the input and the state before.

    h ← tanh(W_ih·x + b_ih + W_hh·h + b_hh).
    Shapes: B×T×features → B×T×(directions·hidden), and the last states (layers·directions)×B×hidden.
    Source: Elman, Finding structure in time, 1990; as torch.nn.RNN.
    """

    gates = 1
    synonyms = ("elman network", "vanilla recurrent", "simple recurrent", "sequence")

    nonlinearity: str = choice("tanh", "tanh", "relu", label="Nonlinearity", help="What is applied to each new state.")

    def _given(self, input: TensorType) -> dict[str, Any]:
        return super()._given(input) | {"nonlinearity": self.nonlinearity}

    def _defaults(self) -> dict[str, Any]:
        return DEFAULTS | {"nonlinearity": "tanh"}
