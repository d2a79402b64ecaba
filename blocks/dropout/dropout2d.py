"""nn.Dropout2d."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, Module, real
from app.core.tensor_type import TensorType
from blocks.rules import floating, shaped


@dataclass(frozen=True, kw_only=True)
class Dropout2d(Block):
    """Sets whole channels to zero at random while training, since neighbouring pixels tell the same.

    y[b, c] = x[b, c] · m[b, c] / (1 - p), m being 0 with probability p, else 1; in evaluation y = x.
    Shapes: B×C×H×W, unchanged.
    Source: Tompson et al., Efficient object localization using convolutional networks, 2015; as torch.nn.Dropout2d.
    """

    trains = True
    synonyms = ("spatial dropout", "channel dropout", "regularisation")

    p: float = real(0.5, low=0.0, high=1.0, label="Probability", help="Share of the channels that become zero.")

    def infer(self, input: TensorType) -> TensorType:
        shaped(input, "B×C×H×W")
        floating(input)
        return input

    def call(self, input: TensorType) -> Module:
        return Module("nn.Dropout2d", {"p": self.p}, positional=1, random=True)

    def detail(self) -> str:
        return f"{self.p:g}"
