"""Sums of two sines of unknown length, seen through noise, and how they go on."""

from math import tau

import torch
from torch import Tensor

SPLITS = ("train", "validation", "test")
SHORTEST, LONGEST = 8.0, 40.0
WAVES = 2


class Series:
    """One split, read in whole batches."""

    def __init__(self, past: Tensor, future: Tensor) -> None:
        """Keep what is seen (N, length, 1) and what is asked for (N, 1)."""
        self.past = past
        self.future = future

    def __len__(self) -> int:
        """Count the series."""
        return len(self.past)

    def batch(self, indices: Tensor, generator: torch.Generator) -> dict[str, Tensor]:
        """Give past (B, length, 1) and future (B, 1)."""
        return {"past": self.past[indices], "future": self.future[indices]}


def waves(count: int, steps: int, generator: torch.Generator) -> Tensor:
    """Draw series (count, steps), each a sum of two sines of its own."""
    lengths, heights, beginnings = torch.rand(3, count, WAVES, 1, generator=generator)
    turns = torch.arange(steps) / (SHORTEST + (LONGEST - SHORTEST) * lengths)
    each: Tensor = (0.3 + 0.7 * heights) * torch.sin(tau * (turns + beginnings))
    return each.sum(dim=1)


def load(
    split: str,
    *,
    length: int = 48,
    ahead: int = 8,
    noise: float = 0.1,
    examples: int = 6000,
    held_out: int = 1000,
    seed: int = 0,
) -> Series:
    """Make one split, each from a seed of its own."""
    if split not in SPLITS:
        raise ValueError(f"Expected a split of {', '.join(SPLITS)}; {split!r} came.")
    generator = torch.Generator().manual_seed(len(SPLITS) * seed + SPLITS.index(split))
    count = examples if split == "train" else held_out
    values = waves(count, length + ahead, generator)
    past = values[:, :length]
    seen = past + noise * torch.randn(past.shape, generator=generator)
    return Series(seen.unsqueeze(2).contiguous(), values[:, -1:].contiguous())
