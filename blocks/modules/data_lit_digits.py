"""Handwritten digits (scikit-learn) under uneven light."""

from functools import cache

import torch
from sklearn.datasets import load_digits
from torch import Tensor
from torch.nn import functional

# Position of an image in its class, modulo ten, decides the split: 70 %, 10 % and 20 %,
# stratified.
SPLITS = {"train": range(7), "validation": range(7, 8), "test": range(8, 10)}
LIGHT_SEED = 1


class LitDigits:
    """One split, read in whole batches. ``fixed`` light is that of the whole split,
    always the same.
    """

    labels = tuple("0123456789")

    def __init__(
        self, images: Tensor, targets: Tensor, *, fixed: bool, light: float
    ) -> None:
        """Keep images (N, 1, size, size) from 0 to 1 and their classes (N,)."""
        self.images = images
        self.targets = targets
        self.light = light
        self.lit = (
            self.draw(images, torch.Generator().manual_seed(LIGHT_SEED))
            if fixed
            else None
        )

    def __len__(self) -> int:
        """Count the images."""
        return len(self.targets)

    def batch(self, indices: Tensor, generator: torch.Generator) -> dict[str, Tensor]:
        """Give image (B, 1, size, size), lit by the generator in training, and label
        (B,).
        """
        lit = self.lit
        image = (
            self.draw(self.images[indices], generator) if lit is None else lit[indices]
        )
        return {"image": image, "label": self.targets[indices]}

    def draw(self, images: Tensor, generator: torch.Generator) -> Tensor:
        """Add a level and a slope in each direction to images (B, 1, size, size)."""
        slope = torch.linspace(-1, 1, images.shape[-1])
        drawn = torch.randn(3, len(images), 1, 1, 1, generator=generator)
        level, down, across = (self.light * drawn).unbind()
        return images + level + down * slope[:, None] + across * slope


@cache
def everything() -> tuple[Tensor, Tensor]:
    """Read all digits (1797, 1, 8, 8), from 0 to 1, and their classes (1797,)."""
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


def load(split: str, *, size: int = 8, light: float = 1.0) -> LitDigits:
    """Load one split; in training the light is drawn anew in every batch."""
    images, targets = everything()
    chosen = members(targets, split)
    enlarged = functional.interpolate(
        images[chosen], size=(size, size), mode="bilinear"
    )
    return LitDigits(enlarged, targets[chosen], fixed=split != "train", light=light)
