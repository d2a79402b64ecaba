"""The Transformer's fixed positions."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, Module, flag, real, whole
from app.core.problems import SetArgument, ShapeError
from app.core.symbolic import Dim
from app.core.tensor_type import TensorType
from blocks.rules import at_least_rank, float32, known


@dataclass(frozen=True, kw_only=True)
class SinusoidalPositions(Block):
    """Marks each position of a sequence with sines and cosines of falling frequency; nothing is learnt.

    table[t, 2i] = sin(t / base^(2i/E)), table[t, 2i + 1] = cos(t / base^(2i/E)), y[t] = x[t] + table[t].
    Shapes: ...×T×E, unchanged; or only the table, T×E. The table is no part of the state_dict.
    Source: Vaswani et al., Attention is all you need, 2017, section 3.5.
    """

    synonyms = ("positional encoding", "position embedding", "transformer positions")

    max_length: int = whole(5000, low=1, label="Longest sequence", help="Rows of the table.")
    base: float = real(10000.0, low=1.0, label="Base", help="Ratio of the longest to the shortest wave.")
    add: bool = flag(True, label="Add to input", help="Otherwise the table itself comes out, as long as the input.")

    def infer(self, input: TensorType) -> TensorType:
        at_least_rank(input, 2, "...×T×features")
        float32(input)
        known(input.shape[-1], "number of features")
        length = input.shape[-2]
        if isinstance(length, int) and length > self.max_length:
            raise ShapeError(
                f"The table has {self.max_length} positions; a sequence of {length} came. Make the table longer.",
                expected=f"at most {self.max_length}",
                came=str(length),
                part="max_length",
                fixes=(SetArgument("max_length", int(length), f"Set it to {length}"),),
            )
        return input if self.add else input.with_shape(*input.shape[-2:])

    def call(self, input: TensorType) -> Module:
        features: Dim = input.shape[-1]
        return Module(
            "SinusoidalPositions",
            {"features": features, "max_length": self.max_length, "base": self.base},
            positional=1,
            defaults={"max_length": 5000, "base": 10000.0},
            forward="module(input)" if self.add else "module.table[: input.shape[-2]]",
            source="sinusoidal_positions",
        )
