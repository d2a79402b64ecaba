"""MuLawDecode."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, Expression, whole
from app.core.tensor_type import TensorType
from blocks.rules import indices


@dataclass(frozen=True, kw_only=True)
class MuLawDecode(Block):
    """Classes of MuLawEncode as sound again: samples from -1 to 1.

    z = 2 · x / µ - 1, y = sign(z) · ((1 + µ)^|z| - 1) / µ, where µ = channels - 1
    Shapes: any, kept; whole numbers in, float32 out.
    Source: ITU-T G.711; van den Oord et al., WaveNet: a generative model for raw audio, 2016.
    """

    synonyms = ("companding", "wavenet", "audio", "waveform", "dequantise sound")

    channels: int = whole(256, low=2, label="Levels", help="As the encoder has them.")

    def infer(self, input: TensorType) -> TensorType:
        indices(input)
        return input.with_dtype("float32")

    def call(self, input: TensorType) -> Expression:
        return Expression("mu_law_decode(input, channels)", source="mu_law", channels=self.channels)

    def detail(self) -> str:
        return str(self.channels)
