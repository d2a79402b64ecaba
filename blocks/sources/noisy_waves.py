"""The noisy waves source."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from app.core.block import Field, Source, real, whole
from app.core.tensor_type import TensorType, symbols

B = symbols("B")


@dataclass(frozen=True, kw_only=True)
class NoisyWaves(Source):
    """Series of two waves of unknown length, seen through noise: what will the value be some steps after the last?

    Each series is the sum of two sines of its own, their lengths from 8 to 40 steps, their heights and beginnings by
    chance; noise is added to what is seen and not to what is asked for. How a wave goes on depends on its length, so
    that no fixed weights for the last values are right for all.
    """

    length: int = whole(48, low=2, high=65536, label="Length", help="Values of a series that are seen.")
    ahead: int = whole(
        8, low=1, high=10_000, label="Ahead", help="How many steps after the last seen value is asked for."
    )
    noise: float = real(0.1, low=0.0, label="Noise", help="Standard deviation of what is added to each seen value.")
    examples: int = whole(6000, low=10, high=1_000_000, label="Examples", help="Series for training.")
    held_out: int = whole(
        1000, low=1, high=1_000_000, label="Held-out examples", help="Series for validation and for test, each."
    )
    seed: int = whole(0, low=0, label="Seed", help="Other seeds give other series.")

    synonyms: ClassVar[tuple[str, ...]] = ("time series", "forecast", "sine", "signal", "regression", "synthetic")
    reader: ClassVar[str] = "data_noisy_waves"
    licence: ClassVar[str] = "made here; free to use"

    def fields(self) -> tuple[Field, ...]:
        return (
            Field(name="past", type=TensorType((B, self.length, 1)), help="The values that are seen."),
            Field(name="future", type=TensorType((B, 1)), help="The value that is asked for, without noise."),
        )
