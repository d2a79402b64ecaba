"""Made speech: syllables of two tones each, at any speed, through noise."""

from functools import lru_cache
from math import tau

import torch
from torch import Tensor

SPLITS = ("train", "validation", "test")
LABELS = ("-", "la", "le", "lo", "ma", "me", "mo")
# Waves in a sample, and which two of them a syllable is; number 0 is silence.
PITCHES = torch.tensor([0.08, 0.16, 0.26])
FIRST = torch.tensor([0, 0, 0, 1, 1, 2, 2])
SECOND = torch.tensor([0, 1, 2, 0, 2, 0, 1])
TONE, PAUSE = (75, 151), (25, 76)
LONGEST, MARGIN = 375, 100


class Utterances:
    """One split, read in whole batches."""

    labels = LABELS

    def __init__(self, sound: Tensor, syllables: Tensor) -> None:
        """Keep sounds (N, S) and what is said (N, most), filled up with 0."""
        self.sound = sound
        self.syllables = syllables

    def __len__(self) -> int:
        """Count the utterances."""
        return len(self.sound)

    def batch(self, indices: Tensor, generator: torch.Generator) -> dict[str, Tensor]:
        """Give sound (B, S) and syllables (B, most)."""
        return {"sound": self.sound[indices], "syllables": self.syllables[indices]}

    def decode(self, ids: Tensor) -> str:
        """Write syllables one after the other."""
        return "".join(self.labels[index] for index in ids.flatten().tolist() if index)


def spoken(syllables: Tensor, generator: torch.Generator) -> Tensor:
    """Say syllables (N, most), each row by a voice of its own: (N, S)."""
    count, most = syllables.shape
    shape = (count, most, 1)
    pause = torch.randint(*PAUSE, shape, generator=generator)
    tones = torch.randint(*TONE, (count, most, 2), generator=generator)
    ends = torch.cat([pause, tones], dim=2).flatten(1).cumsum(1)  # (N, most * 3)
    samples = torch.arange(LONGEST * most + MARGIN)
    part = torch.searchsorted(ends, samples.expand(count, -1).contiguous(), right=True)
    which = torch.stack([syllables * 0, FIRST[syllables] + 1, SECOND[syllables] + 1], 2)
    which = (which * (syllables > 0).unsqueeze(2)).flatten(1)
    silence = which.new_zeros(count, 1)
    heard = torch.cat([which, silence], dim=1).gather(1, part)  # (N, S)
    voice = 0.9 + 0.2 * torch.rand(count, 1, generator=generator)
    pitch = torch.cat([torch.zeros(1), PITCHES])[heard] * voice
    return torch.sin(tau * pitch.cumsum(1)) * (heard > 0)


@lru_cache(maxsize=6)
def everything(count: int, most: int, noise: float, seed: int) -> tuple[Tensor, Tensor]:
    """Draw what is said (count, most) and how it sounds (count, S)."""
    generator = torch.Generator().manual_seed(seed)
    said = torch.randint(1, len(LABELS), (count, most), generator=generator)
    length = torch.randint(1, most + 1, (count, 1), generator=generator)
    said = said * (torch.arange(most) < length)
    sound = spoken(said, generator)
    return sound + noise * torch.randn(sound.shape, generator=generator), said


def load(
    split: str,
    *,
    most: int = 4,
    noise: float = 0.5,
    examples: int = 3000,
    held_out: int = 300,
    seed: int = 0,
) -> Utterances:
    """Make one split, each from a seed of its own."""
    if split not in SPLITS:
        raise ValueError(f"Expected a split of {', '.join(SPLITS)}; {split!r} came.")
    count = examples if split == "train" else held_out
    own_seed = len(SPLITS) * seed + SPLITS.index(split)
    return Utterances(*everything(count, most, noise, own_seed))
