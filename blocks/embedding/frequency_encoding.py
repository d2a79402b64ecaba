"""Coordinates as waves of doubling frequency."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, Expression, flag, whole
from app.core.tensor_type import TensorType
from blocks.rules import at_least_rank, floating


@dataclass(frozen=True, kw_only=True)
class FrequencyEncoding(Block):
    """Turns each coordinate into sines and cosines whose frequencies double, as NeRF does; nothing is learnt.

    y = [x, sin(π·x), cos(π·x), sin(2π·x), cos(2π·x), sin(4π·x), …]. Coordinates lie between -1 and 1.
    Shapes: ...×D → ...×D·(2·num_frequencies + 1), or ...×D·(2·num_frequencies) without the input.
    Source: Mildenhall et al., NeRF: representing scenes as neural radiance fields, 2020, equation 4.
    """

    synonyms = ("nerf", "positional encoding", "fourier features", "coordinates")

    num_frequencies: int = whole(6, low=1, high=32, label="Frequencies", help="How many times the frequency doubles.")
    include_input: bool = flag(True, label="With the input", help="The coordinates themselves come first.")

    def infer(self, input: TensorType) -> TensorType:
        at_least_rank(input, 1, "...×coordinates")
        floating(input)
        times = 2 * self.num_frequencies + int(self.include_input)
        return input.with_shape(*input.shape[:-1], input.shape[-1] * times)

    def call(self, input: TensorType) -> Expression:
        more = "" if self.include_input else ", include_input=False"
        template = f"frequency_encoding(input, num_frequencies{more})"
        return Expression(template, source="frequency_encoding", num_frequencies=self.num_frequencies)

    def detail(self) -> str:
        return f"{self.num_frequencies}"
