"""One step of a convolutional long short-term memory."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, Module, Weight, flag, parameter, port, whole
from app.core.problems import SetArgument, ShapeError
from app.core.symbolic import Dim, product
from app.core.tensor_type import TensorType
from blocks.rules import float32, known, same_size, shaped


@dataclass(frozen=True, kw_only=True)
class ConvLSTMCell(Block):
    """One step of an LSTM whose states are maps, for a graph that is scanned: films, weather, moving things.

    i, f, o = σ(W * [x, h]), g = tanh(W * [x, h]), c ← f·c + i·g, h ← o·tanh(c); * is a convolution that keeps sizes.
    Shapes: B×C×H×W and states B×hidden×H×W → two states B×hidden×H×W.
    Source: Shi et al., Convolutional LSTM network: a machine learning approach for precipitation nowcasting, 2015,
    without its peepholes.
    """

    inputs = (
        port("input", "One step of the film, B×C×H×W"),
        port("h_0", "State before, B×hidden×H×W; nothing: zeros", optional=True),
        port("c_0", "Cell before, B×hidden×H×W; nothing: zeros", optional=True),
    )
    outputs = (port("h_1", "State after, B×hidden×H×W"), port("c_1", "Cell after, B×hidden×H×W"))
    synonyms = ("convolutional lstm", "video", "spatiotemporal", "recurrent step")

    hidden_channels: int = whole(32, low=1, label="Hidden channels", help="Maps of the state that is carried along.")
    kernel_size: int = whole(3, low=1, label="Kernel size", help="Odd, so that sizes are kept.")
    bias: bool = flag(True, label="Bias", help="Adds a learnt number to each gate's maps.")

    def infer(
        self, input: TensorType, h_0: TensorType | None = None, c_0: TensorType | None = None
    ) -> tuple[TensorType, ...]:
        shaped(input, "B×C×H×W")
        float32(input)
        known(input.shape[1], "number of channels")
        if self.kernel_size % 2 == 0:
            raise ShapeError(
                f"The states keep their size, so the kernel is odd; {self.kernel_size} came.",
                expected="an odd number",
                came=str(self.kernel_size),
                part="kernel_size",
                fixes=(SetArgument("kernel_size", 3, "Take a kernel of 3"),),
            )
        state = input.with_shape(input.shape[0], self.hidden_channels, *input.shape[2:])
        if (h_0 is None) != (c_0 is None):
            wired, missing = ("h_0", "c_0") if c_0 is None else ("c_0", "h_0")
            raise ShapeError(
                f"An LSTM needs a state and a cell, or neither; only “{wired}” is wired. Wire “{missing}” too.",
                expected="h_0 and c_0",
                came=wired,
                part=missing,
            )
        for name, given in (("h_0", h_0), ("c_0", c_0)):
            if given is not None:
                self._check_state(given, state, name)
        return state, state

    def _check_state(self, given: TensorType, state: TensorType, name: str) -> None:
        shaped(given, "B×hidden×H×W", name)
        float32(given, name)
        for what, size, wanted in zip(
            ("batch", "hidden channels", "height", "width"), given.shape, state.shape, strict=True
        ):
            same_size(size, wanted, what, name, "input")

    def call(self, input: TensorType, h_0: TensorType | None = None, c_0: TensorType | None = None) -> Module:
        arguments = {"in_channels": input.shape[1], "hidden_channels": self.hidden_channels}
        return Module(
            "ConvLSTMCell",
            arguments | {"kernel_size": self.kernel_size, "bias": self.bias},
            positional=2,
            defaults={"bias": True},
            forward="module(input)" if h_0 is None and c_0 is None else "module(input, (h_0, c_0))",
            returns="h_1, c_1",
            source="conv_lstm_cell",
        )

    def weights(
        self, input: TensorType, h_0: TensorType | None = None, c_0: TensorType | None = None
    ) -> dict[str, Weight]:
        maps, seen = 4 * self.hidden_channels, input.shape[1] + self.hidden_channels
        weights = {"conv.weight": parameter(maps, seen, self.kernel_size, self.kernel_size)}
        return weights | ({"conv.bias": parameter(maps)} if self.bias else {})

    def macs(self, input: TensorType, h_0: TensorType | None = None, c_0: TensorType | None = None) -> Dim:
        maps, seen = 4 * self.hidden_channels, input.shape[1] + self.hidden_channels
        places = product([input.shape[0], *input.shape[2:]])
        total: Dim = places * product([maps, seen, self.kernel_size, self.kernel_size])
        return total

    def detail(self) -> str:
        return f"{self.hidden_channels}, {self.kernel_size}×{self.kernel_size}"
