"""What the recurrent layers have in common: stacked, in one or both directions, over a whole sequence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from app.core.block import Block, Module, Weight, flag, parameter, port, real, whole
from app.core.problems import SetArgument, ShapeError
from app.core.symbolic import Dim, product
from app.core.tensor_type import TensorType
from blocks.rules import float32, known, same_size, shaped, wrong_dtype

DEFAULTS = {"num_layers": 1, "bias": True, "batch_first": False, "dropout": 0.0, "bidirectional": False}
SEQUENCE = port("input", "Sequences")
LENGTHS = port("lengths", "How long each sequence really is, B whole numbers; nothing: all the same", optional=True)
OUTPUT = port("output", "The last layer's state at each step")


@dataclass(frozen=True, kw_only=True)
class Recurrent(Block):
    """Base of RNN, GRU and LSTM. ``gates``: how many matrices of each kind a step multiplies by."""

    gates: ClassVar[int]
    trains = True

    hidden_size: int = whole(128, low=1, label="Hidden size", help="Size of the state that is carried along.")
    num_layers: int = whole(1, low=1, label="Layers", help="Each further layer reads the states of the one below.")
    bias: bool = flag(True, label="Bias", help="torch keeps two bias vectors for each layer.")
    batch_first: bool = flag(True, label="Batch first", help="Sequences are B×T×features, otherwise T×B×features.")
    dropout: float = real(
        0.0, low=0.0, high=1.0, label="Dropout", help="Between layers while training; needs at least two."
    )
    bidirectional: bool = flag(False, label="Both directions", help="A second pass from the end; outputs are joined.")

    @property
    def directions(self) -> int:
        return 2 if self.bidirectional else 1

    def _state_size(self) -> int:
        """Size of what a step hands on as its output."""
        return self.hidden_size

    def _batch(self, input: TensorType) -> Dim:
        return input.shape[0 if self.batch_first else 1]

    def _checked(self, input: TensorType) -> None:
        shaped(input, "B×T×features" if self.batch_first else "T×B×features")
        float32(input)
        known(input.shape[2], "number of features")
        if self.dropout and self.num_layers == 1:
            raise ShapeError(
                "Dropout acts between layers, and there is only one. Add a layer or set dropout to 0.",
                expected="at least 2 layers",
                came="1",
                part="dropout",
                fixes=(SetArgument("dropout", 0.0, "Set dropout to 0"), SetArgument("num_layers", 2, "Take 2 layers")),
            )

    def _output(self, input: TensorType) -> TensorType:
        return input.with_shape(*input.shape[:2], self._state_size() * self.directions)

    def _state(self, input: TensorType, size: int) -> TensorType:
        return input.with_shape(self.num_layers * self.directions, self._batch(input), size)

    def _check_state(self, state: TensorType | None, expected: TensorType, name: str) -> None:
        if state is None:
            return
        shaped(state, "layers×B×hidden", name)
        float32(state, name)
        for what, size, wanted in zip(("layers", "batch", "hidden size"), state.shape, expected.shape, strict=True):
            same_size(size, wanted, what, name, "input")

    def _check_lengths(self, input: TensorType, lengths: TensorType | None) -> None:
        if lengths is not None:
            shaped(lengths, "B", "lengths")
            if lengths.dtype != "int64":
                raise wrong_dtype(lengths, "whole numbers (int64)", "int64", "lengths")
            same_size(lengths.shape[0], self._batch(input), "batch", "lengths", "input")

    def _given(self, input: TensorType) -> dict[str, Any]:
        names = ("hidden_size", "num_layers", "bias", "batch_first", "dropout", "bidirectional")
        return {"input_size": input.shape[2], **{name: getattr(self, name) for name in names}}

    def _layer(self, read: Dim) -> dict[str, Weight]:
        """The weights of one layer in one direction, which reads that many features."""
        rows = self.gates * self.hidden_size
        weights = {"weight_ih": parameter(rows, read), "weight_hh": parameter(rows, self._state_size())}
        if self.bias:
            weights |= {"bias_ih": parameter(rows), "bias_hh": parameter(rows)}
        return weights

    def _all_weights(self, input: TensorType) -> dict[str, Weight]:
        weights: dict[str, Weight] = {}
        read: Dim = input.shape[2]
        for layer in range(self.num_layers):
            for ending in ("", "_reverse")[: self.directions]:
                weights |= {f"{key}_l{layer}{ending}": weight for key, weight in self._layer(read).items()}
            read = self._state_size() * self.directions
        return weights

    def _macs(self, input: TensorType) -> Dim:
        weights = self._all_weights(input)
        per_step = sum(product(weight.shape) for key, weight in weights.items() if key.startswith("weight"))
        total: Dim = input.shape[0] * input.shape[1] * per_step
        return total

    def detail(self) -> str:
        layers = f" ×{self.num_layers}" if self.num_layers > 1 else ""
        return f"{self.hidden_size}{layers}{' ↔' if self.bidirectional else ''}"


@dataclass(frozen=True, kw_only=True)
class OneState(Recurrent):
    """Base of the layers that carry one state: RNN and GRU."""

    inputs = (SEQUENCE, port("h_0", "First state, layers×B×hidden; nothing: zeros", optional=True), LENGTHS)
    outputs = (OUTPUT, port("h_n", "Last state of each layer"))

    def infer(
        self, input: TensorType, h_0: TensorType | None = None, lengths: TensorType | None = None
    ) -> tuple[TensorType, ...]:
        self._checked(input)
        self._check_lengths(input, lengths)
        state = self._state(input, self.hidden_size)
        self._check_state(h_0, state, "h_0")
        return self._output(input), state

    def call(self, input: TensorType, h_0: TensorType | None = None, lengths: TensorType | None = None) -> Module:
        arguments = self._given(input)
        state = "" if h_0 is None else ", h_0"
        return Module(
            f"nn.{type(self).__name__}",
            arguments,
            positional=2,
            defaults={name: value for name, value in self._defaults().items() if name in arguments},
            forward=None if lengths is None else f"packed(module, input, lengths{state})",
            returns="output, h_n",
            source=None if lengths is None else "packed",
            random=self.dropout > 0,
        )

    def _defaults(self) -> dict[str, Any]:
        return DEFAULTS

    def weights(self, input: TensorType, *others: TensorType | None) -> dict[str, Weight]:
        return self._all_weights(input)

    def macs(self, input: TensorType, *others: TensorType | None) -> Dim:
        return self._macs(input)
