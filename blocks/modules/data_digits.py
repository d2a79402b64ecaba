"""Handwritten digits, from scikit-learn: 1797 grey images, 8x8 pixels, ten classes."""

from functools import cache

import torch
from sklearn.datasets import load_digits
from torch import Tensor
from torch.nn import functional

# Position of an image in its class, modulo ten, decides the split: 70 %, 10 % and 20 %,
# stratified.
SPLITS = {"train": range(7), "validation": range(7, 8), "test": range(8, 10)}


class Digits:
    """One split, read in whole batches."""

    labels = tuple("0123456789")

    def __init__(
        self,
        images: Tensor,
        targets: Tensor,
        *,
        size: int,
        channels: int,
        flat: bool,
        value_range: str,
    ) -> None:
        """Keep images (N, 1, 8, 8) from 0 to 1 and their classes (N,)."""
        self.images = images
        self.targets = targets
        self.size = size
        self.channels = channels
        self.flat = flat
        self.value_range = value_range

    def __len__(self) -> int:
        """Count the images."""
        return len(self.targets)

    def batch(self, indices: Tensor, generator: torch.Generator) -> dict[str, Tensor]:
        """Give image (B, channels, size, size), or (B, channels * size * size) where
        flat, and label (B,).
        """
        image = self.images[indices]
        if self.size != image.shape[-1]:
            image = functional.interpolate(
                image,
                size=(self.size, self.size),
                mode="bilinear",
                antialias=self.size < image.shape[-1],
            )
        if self.value_range == "-1..1":
            image = image * 2 - 1
        image = image.expand(-1, self.channels, -1, -1)
        return {
            "image": image.flatten(1) if self.flat else image.contiguous(),
            "label": self.targets[indices],
        }


@cache
def everything() -> tuple[Tensor, Tensor]:
    """Read all images (1797, 1, 8, 8), from 0 to 1, and their classes (1797,)."""
    digits = load_digits()
    return torch.from_numpy(digits.images).float().unsqueeze(1) / 16, torch.from_numpy(
        digits.target
    ).long()


def members(targets: Tensor, split: str) -> Tensor:
    """Find the indices of one split, in order."""
    if split not in SPLITS:
        raise ValueError(f"Expected a split of {', '.join(SPLITS)}; {split!r} came.")
    position = (
        functional.one_hot(targets).cumsum(0).gather(1, targets.unsqueeze(1)).squeeze(1)
        - 1
    )
    return torch.isin(position % 10, torch.tensor(SPLITS[split])).nonzero().squeeze(1)


def load(
    split: str,
    *,
    size: int = 8,
    channels: int = 1,
    flat: bool = False,
    value_range: str = "0..1",
) -> Digits:
    """Load one split of the digits."""
    images, targets = everything()
    chosen = members(targets, split)
    return Digits(
        images[chosen],
        targets[chosen],
        size=size,
        channels=channels,
        flat=flat,
        value_range=value_range,
    )
