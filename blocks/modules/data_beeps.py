"""Made sounds like those of early computers: pulse, saw and triangle waves."""

import torch
from torch import Tensor

SPLITS = ("train", "validation", "test")


class Beeps:
    """One split, read in whole batches."""

    def __init__(self, sounds: Tensor) -> None:
        """Keep sounds (N, length) from -1 to 1."""
        self.sounds = sounds

    def __len__(self) -> int:
        """Count the sounds."""
        return len(self.sounds)

    def batch(self, indices: Tensor, generator: torch.Generator) -> dict[str, Tensor]:
        """Give sound (B, length)."""
        return {"sound": self.sounds[indices]}


def waves(
    count: int, length: int, shortest: float, longest: float, generator: torch.Generator
) -> Tensor:
    """Draw waves (count, length): a third each are pulses (high for a share of each
    period, else low), saws (rise and fall back) and triangles (rise and sink).
    """
    pitch, begin, share, volume, kind = torch.rand(5, count, 1, generator=generator)
    period = shortest * (longest / shortest) ** pitch
    place = (torch.arange(length) / period + begin) % 1
    pulse = torch.where(place < 0.3 + 0.4 * share, 1.0, -1.0)
    saw = 2 * place - 1
    triangle = 4 * (place - 0.5).abs() - 1
    wave = torch.where(kind < 1 / 3, pulse, torch.where(kind < 2 / 3, saw, triangle))
    heard: Tensor = (0.3 + 0.6 * volume) * wave
    return heard


def load(
    split: str,
    *,
    length: int = 192,
    shortest: float = 16.0,
    longest: float = 32.0,
    noise: float = 0.001,
    examples: int = 2000,
    held_out: int = 300,
    seed: int = 0,
) -> Beeps:
    """Make one split, each from a seed of its own."""
    if split not in SPLITS:
        raise ValueError(f"Expected a split of {', '.join(SPLITS)}; {split!r} came.")
    generator = torch.Generator().manual_seed(len(SPLITS) * seed + SPLITS.index(split))
    count = examples if split == "train" else held_out
    heard = waves(count, length, shortest, longest, generator)
    heard += noise * torch.randn(heard.shape, generator=generator)
    return Beeps(heard.clamp(-1, 1))
