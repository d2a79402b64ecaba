"""nn.LSTM."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Module, Weight, parameter, port, whole
from app.core.problems import SetArgument, ShapeError
from app.core.symbolic import Dim
from app.core.tensor_type import TensorType
from blocks.recurrent._recurrent import DEFAULTS, LENGTHS, OUTPUT, SEQUENCE, Recurrent


@dataclass(frozen=True, kw_only=True)
class LSTM(Recurrent):
    """Long short-term memory over a sequence: gates write to, forget from and read a cell that keeps its value.

    i, f, o = σ(W·x + U·h), g = tanh(W·x + U·h), c ← f·c + i·g, h ← o·tanh(c), each with its own weights and biases.
    Shapes: B×T×features → B×T×(directions·hidden), and the last states (layers·directions)×B×hidden.
    Source: Hochreiter and Schmidhuber, Long short-term memory, 1997; as torch.nn.LSTM.
    """

    inputs = (
        SEQUENCE,
        port("h_0", "First state, layers×B×hidden; nothing: zeros", optional=True),
        port("c_0", "First cell, layers×B×hidden; nothing: zeros", optional=True),
        LENGTHS,
    )
    outputs = (OUTPUT, port("h_n", "Last state of each layer"), port("c_n", "Last cell of each layer"))
    gates = 4
    synonyms = ("long short-term memory", "recurrent", "sequence")

    proj_size: int = whole(0, low=0, label="Projection", help="Smaller size that states are projected to; 0: none.")

    def _state_size(self) -> int:
        return self.proj_size or self.hidden_size

    def infer(
        self,
        input: TensorType,
        h_0: TensorType | None = None,
        c_0: TensorType | None = None,
        lengths: TensorType | None = None,
    ) -> tuple[TensorType, ...]:
        self._checked(input)
        self._check_lengths(input, lengths)
        if self.proj_size >= self.hidden_size and self.proj_size:
            raise ShapeError(
                f"The projection must be smaller than the hidden size, {self.hidden_size}; {self.proj_size} came.",
                expected=f"less than {self.hidden_size}",
                came=str(self.proj_size),
                part="proj_size",
                fixes=(SetArgument("proj_size", 0, "No projection"),),
            )
        if (h_0 is None) != (c_0 is None):
            wired, missing = ("h_0", "c_0") if c_0 is None else ("c_0", "h_0")
            raise ShapeError(
                f"An LSTM starts from a state and a cell, or from neither; only “{wired}” is wired. "
                f"Wire “{missing}” too.",
                expected="h_0 and c_0",
                came=wired,
                part=missing,
            )
        state, cell = self._state(input, self._state_size()), self._state(input, self.hidden_size)
        self._check_state(h_0, state, "h_0")
        self._check_state(c_0, cell, "c_0")
        return self._output(input), state, cell

    def call(
        self,
        input: TensorType,
        h_0: TensorType | None = None,
        c_0: TensorType | None = None,
        lengths: TensorType | None = None,
    ) -> Module:
        state = "" if h_0 is None and c_0 is None else ", (h_0, c_0)"
        return Module(
            "nn.LSTM",
            self._given(input) | {"proj_size": self.proj_size},
            positional=2,
            defaults=DEFAULTS | {"proj_size": 0},
            forward=f"module(input{state})" if lengths is None else f"packed(module, input, lengths{state})",
            returns="output, (h_n, c_n)",
            source=None if lengths is None else "packed",
            random=self.dropout > 0,
        )

    def _layer(self, read: Dim) -> dict[str, Weight]:
        weights = super()._layer(read)
        return weights | ({"weight_hr": parameter(self.proj_size, self.hidden_size)} if self.proj_size else {})

    def weights(self, input: TensorType, *others: TensorType | None) -> dict[str, Weight]:
        return self._all_weights(input)

    def macs(self, input: TensorType, *others: TensorType | None) -> Dim:
        return self._macs(input)
