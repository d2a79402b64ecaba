"""The tone syllables source."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from app.core.block import Field, Source, real, whole
from app.core.tensor_type import TensorType, symbols

B = symbols("B")
LABELS = ("-", "la", "le", "lo", "ma", "me", "mo")
LONGEST_SYLLABLE = 375
"""Samples of two tones and a pause, at most."""


@dataclass(frozen=True, kw_only=True)
class ToneSyllables(Source):
    """Made speech: syllables of two tones each, at any speed, by high and low voices, through noise. What was said?

    A syllable is one of three tones followed by another one: six syllables. Tones last 75 to 150 samples, pauses 25 to
    75, and each speaker's voice is up to a tenth higher or lower. Nobody says where in the sound a syllable stands;
    since each tone is part of four syllables, no moment by itself tells which it was. Targets are filled up with 0.
    """

    most: int = whole(4, low=1, high=1000, label="Most", help="Syllables in the longest utterance; the least is one.")
    noise: float = real(0.5, low=0.0, label="Noise", help="Standard deviation beside tones of height 1.")
    examples: int = whole(3000, low=10, high=1_000_000, label="Examples", help="Utterances for training.")
    held_out: int = whole(
        300, low=1, high=1_000_000, label="Held-out examples", help="Utterances for validation and for test, each."
    )
    seed: int = whole(0, low=0, label="Seed", help="Other seeds give other utterances.")

    synonyms: ClassVar[tuple[str, ...]] = ("speech", "audio", "sound", "ctc", "transcription", "synthetic")
    reader: ClassVar[str] = "data_tone_syllables"
    licence: ClassVar[str] = "made here; free to use"

    def fields(self) -> tuple[Field, ...]:
        sound = TensorType((B, LONGEST_SYLLABLE * self.most + 100))
        said = TensorType((B, self.most), "int64")
        return (
            Field(name="sound", type=sound, help="Samples."),
            Field(name="syllables", type=said, labels=LABELS, help="What is said, one after the other."),
        )
