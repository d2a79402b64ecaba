"""MuLawEncode."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, Expression, whole
from app.core.tensor_type import TensorType
from blocks.rules import floating


@dataclass(frozen=True, kw_only=True)
class MuLawEncode(Block):
    """Sound as classes: samples from -1 to 1 in steps that are finer where it is quiet.

    z = sign(x) · ln(1 + µ|x|) / ln(1 + µ), y = ⌊(z + 1) / 2 · µ + ½⌋, where µ = channels - 1
    Shapes: any, kept; int64, from 0 to µ. No gradient flows back.
    Source: ITU-T G.711; van den Oord et al., WaveNet: a generative model for raw audio, 2016.
    """

    synonyms = ("companding", "wavenet", "audio", "waveform", "8 bit", "quantise sound")

    channels: int = whole(256, low=2, label="Levels", help="How many classes there are; 256 is 8 bits.")

    def infer(self, input: TensorType) -> TensorType:
        floating(input)
        return input.with_dtype("int64")

    def call(self, input: TensorType) -> Expression:
        return Expression("mu_law_encode(input, channels)", source="mu_law", channels=self.channels)

    def detail(self) -> str:
        return str(self.channels)
