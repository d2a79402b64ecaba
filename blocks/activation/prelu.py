"""nn.PReLU."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, Module, Weight, flag, parameter, real
from app.core.symbolic import Dim
from app.core.tensor_type import TensorType
from blocks.rules import at_least_rank, float32, known


@dataclass(frozen=True, kw_only=True)
class PReLU(Block):
    """A leaky rectifier whose negative slope is learnt, once or for each channel.

    y = x where x > 0, else weight · x. Shapes: any, unchanged; channels are dimension 1.
    Source: He et al., Delving deep into rectifiers, 2015; as torch.nn.PReLU.
    """

    synonyms = ("parametric rectifier", "activation")

    per_channel: bool = flag(False, label="One slope per channel", help="Otherwise all numbers share one slope.")
    init: float = real(0.25, label="Initial slope", help="The slope before training.")

    def infer(self, input: TensorType) -> TensorType:
        float32(input)
        if self.per_channel:
            at_least_rank(input, 2, "B×C×...")
            known(input.shape[1], "number of channels")
        return input

    def _slopes(self, input: TensorType) -> Dim:
        return input.shape[1] if self.per_channel else 1

    def call(self, input: TensorType) -> Module:
        arguments = {"num_parameters": self._slopes(input), "init": self.init}
        return Module("nn.PReLU", arguments, defaults={"num_parameters": 1, "init": 0.25})

    def weights(self, input: TensorType) -> dict[str, Weight]:
        return {"weight": parameter(self._slopes(input))}
