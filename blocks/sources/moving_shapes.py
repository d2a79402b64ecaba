"""The moving shapes source."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from app.core.block import Field, Source, real, whole
from app.core.tensor_type import TensorType, symbols

B = symbols("B")
DIRECTIONS = ("right", "down right", "down", "down left", "left", "up left", "up", "up right")


@dataclass(frozen=True, kw_only=True)
class MovingShapes(Source):
    """Short films of a shape that moves in one of eight directions: which one? No single frame can tell.

    A disc, square, triangle or cross of any place and size moves one or two pixels with each frame; what leaves on one
    side comes back on the other, so that where it is says nothing about where it goes. Noise is added to all frames.
    """

    frames: int = whole(8, low=2, high=1000, label="Frames", help="Pictures in a film.")
    size: int = whole(16, low=8, high=1024, label="Size", help="Height and width of a frame.")
    channels: int = whole(1, low=1, high=3, label="Channels", help="1 for grey, 3 for the same grey three times.")
    noise: float = real(0.1, low=0.0, label="Noise", help="Standard deviation of what is added to each pixel.")
    examples: int = whole(4000, low=10, high=1_000_000, label="Examples", help="Films for training.")
    held_out: int = whole(
        500, low=1, high=1_000_000, label="Held-out examples", help="Films for validation and for test, each."
    )
    seed: int = whole(0, low=0, label="Seed", help="Other seeds give other films.")

    synonyms: ClassVar[tuple[str, ...]] = ("video", "film", "action recognition", "motion", "frames", "synthetic")
    reader: ClassVar[str] = "data_moving_shapes"
    licence: ClassVar[str] = "made here; free to use"

    def fields(self) -> tuple[Field, ...]:
        film = TensorType((B, self.frames, self.channels, self.size, self.size))
        return (
            Field(name="video", type=film, help="Grey values of each frame, mostly from 0 to 1."),
            Field(name="label", type=TensorType((B,), "int64"), labels=DIRECTIONS, help="Where the shape goes."),
        )
