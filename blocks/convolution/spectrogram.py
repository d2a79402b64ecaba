"""Spectrogram."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, Expression, flag, whole
from app.core.tensor_type import TensorType
from blocks.rules import shaped, wrong_dtype


@dataclass(frozen=True, kw_only=True)
class Spectrogram(Block):
    """How loud each pitch is in each short window of a sound, and so a picture of it, window after window.

    y[t, f] = |Σ hann[n]·x[hop·t + n - window/2]·exp(-2πi·f·n / window)|, or ln(1 + y); silence before and after
    Shapes: B×S samples → B×(S//hop + 1)×(window//2 + 1).
    Source: as torch.stft, with zeros beyond the ends.
    """

    synonyms = ("stft", "fourier", "audio", "sound", "speech", "frequency", "short-time fourier transform")

    window: int = whole(256, low=2, label="Window", help="Samples that are looked at together.")
    hop: int = whole(128, low=1, label="Hop", help="Samples from one window to the next.")
    logarithmic: bool = flag(True, label="Logarithmic", help="ln(1 + loudness), so that quiet sounds are seen, too.")

    def infer(self, input: TensorType) -> TensorType:
        shaped(input, "B×S")
        if input.dtype not in ("float32", "float64"):
            raise wrong_dtype(input, "float32 numbers", "float32")
        batch, samples = input.shape
        beyond = 2 * (self.window // 2) - self.window
        return input.with_shape(batch, (samples + beyond) // self.hop + 1, self.window // 2 + 1)

    def call(self, input: TensorType) -> Expression:
        return Expression(
            "spectrogram(input, window, hop, logarithmic)",
            source="spectrogram",
            window=self.window,
            hop=self.hop,
            logarithmic=self.logarithmic,
        )

    def detail(self) -> str:
        return f"{self.window} /{self.hop}"
