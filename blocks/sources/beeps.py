"""The beeps source."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from app.core.block import Field, Source, real, whole
from app.core.tensor_type import TensorType, symbols

B = symbols("B")


@dataclass(frozen=True, kw_only=True)
class Beeps(Source):
    """Made sounds like those of early computers: pulse, saw and triangle waves, each of its own pitch and volume.

    Most samples go on as the last two did; when the next jump or turn comes is told by those a period ago and by
    nothing nearer, so that who hears only a few samples cannot know. Periods are no whole numbers of samples.
    """

    length: int = whole(192, low=2, high=65536, label="Length", help="Samples of a sound.")
    shortest: float = real(16.0, low=2.0, label="Shortest period", help="Samples of a period of the highest pitch.")
    longest: float = real(32.0, low=2.0, label="Longest period", help="Samples of a period of the lowest pitch.")
    noise: float = real(0.001, low=0.0, label="Noise", help="Standard deviation of what is added to each sample.")
    examples: int = whole(2000, low=10, high=1_000_000, label="Examples", help="Sounds for training.")
    held_out: int = whole(
        300, low=1, high=1_000_000, label="Held-out examples", help="Sounds for validation and for test, each."
    )
    seed: int = whole(0, low=0, label="Seed", help="Other seeds give other sounds.")

    synonyms: ClassVar[tuple[str, ...]] = (
        "audio",
        "sound",
        "waveform",
        "pulse wave",
        "sawtooth",
        "triangle",
        "music",
        "synthetic",
    )
    reader: ClassVar[str] = "data_beeps"
    licence: ClassVar[str] = "made here; free to use"

    def fields(self) -> tuple[Field, ...]:
        return (Field(name="sound", type=TensorType((B, self.length)), help="Samples from -1 to 1."),)
