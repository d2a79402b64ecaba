"""What the recurrent cells have in common: one step, drawn inside a scan."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from app.core.block import Block, Module, Weight, flag, parameter, port, whole
from app.core.symbolic import Dim, product
from app.core.tensor_type import TensorType
from blocks.rules import float32, known, same_size, shaped

STEP = port("input", "One step of the sequences, B×features")
STATE = port("h_0", "State before, B×hidden; nothing: zeros", optional=True)
NEXT = port("h_1", "State after, B×hidden")


@dataclass(frozen=True, kw_only=True)
class Cell(Block):
    """Base of RNNCell, GRUCell and LSTMCell."""

    gates: ClassVar[int]

    hidden_size: int = whole(128, low=1, label="Hidden size", help="Size of the state that is carried along.")
    bias: bool = flag(True, label="Bias", help="torch keeps two bias vectors.")

    def _next(self, input: TensorType, **states: TensorType | None) -> TensorType:
        """The type of the state after, once input and states are right."""
        shaped(input, "B×features")
        float32(input)
        known(input.shape[1], "number of features")
        for name, state in states.items():
            if state is None:
                continue
            shaped(state, "B×hidden", name)
            float32(state, name)
            same_size(state.shape[0], input.shape[0], "batch", name, "input")
            same_size(state.shape[1], self.hidden_size, "hidden size", name, "hidden_size")
        return input.with_shape(input.shape[0], self.hidden_size)

    def _module(self, input: TensorType, **more: Any) -> Module:
        arguments = {"input_size": input.shape[1], "hidden_size": self.hidden_size, "bias": self.bias}
        return Module(f"nn.{type(self).__name__}", arguments, positional=2, defaults={"bias": True}, **more)

    def _weights(self, input: TensorType) -> dict[str, Weight]:
        rows = self.gates * self.hidden_size
        weights = {"weight_ih": parameter(rows, input.shape[1]), "weight_hh": parameter(rows, self.hidden_size)}
        return weights | ({"bias_ih": parameter(rows), "bias_hh": parameter(rows)} if self.bias else {})

    def _macs(self, input: TensorType) -> Dim:
        rows = self.gates * self.hidden_size
        total: Dim = product([input.shape[0], rows]) * (input.shape[1] + self.hidden_size)
        return total

    def detail(self) -> str:
        return f"{self.hidden_size}"


@dataclass(frozen=True, kw_only=True)
class OneStateCell(Cell):
    """Base of the cells that carry one state: RNNCell and GRUCell."""

    inputs = (STEP, STATE)
    outputs = (NEXT,)

    def infer(self, input: TensorType, h_0: TensorType | None = None) -> TensorType:
        return self._next(input, h_0=h_0)

    def call(self, input: TensorType, h_0: TensorType | None = None) -> Module:
        return self._module(input)

    def weights(self, input: TensorType, h_0: TensorType | None = None) -> dict[str, Weight]:
        return self._weights(input)

    def macs(self, input: TensorType, h_0: TensorType | None = None) -> Dim:
        return self._macs(input)
