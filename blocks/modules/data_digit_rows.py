"""Handwritten digits (scikit-learn), row by row at moments drawn by chance."""

from functools import cache

import torch
from sklearn.datasets import load_digits
from torch import Tensor
from torch.nn import functional

# Position of an image in its class, modulo ten, decides the split: 70 %, 10 % and 20 %,
# stratified.
SPLITS = {"train": range(7), "validation": range(7, 8), "test": range(8, 10)}
MOMENTS_SEED = 1


class DigitRows:
    """One split, read in whole batches. ``fixed`` moments are those of the whole split,
    always the same.
    """

    labels = tuple("0123456789")

    def __init__(
        self, images: Tensor, targets: Tensor, *, steps: int, fixed: bool
    ) -> None:
        """Keep images (N, 8, 8) from 0 to 1 and their classes (N,)."""
        self.images = images
        self.targets = targets
        self.steps = steps
        generator = torch.Generator().manual_seed(MOMENTS_SEED)
        self.moments = draw_moments(len(targets), steps, generator) if fixed else None

    def __len__(self) -> int:
        """Count the images."""
        return len(self.targets)

    def batch(self, indices: Tensor, generator: torch.Generator) -> dict[str, Tensor]:
        """Give rows (B, steps, 8), at moments drawn by the generator in training, and
        label (B,).
        """
        if self.moments is None:
            moments = draw_moments(len(indices), self.steps, generator)
        else:
            moments = self.moments[indices]
        rows = self.images[indices]
        seen = rows.new_zeros(len(rows), self.steps, rows.shape[2])
        seen.scatter_(1, moments.unsqueeze(2).expand_as(rows), rows)
        return {"rows": seen, "label": self.targets[indices]}


def draw_moments(count: int, steps: int, generator: torch.Generator) -> Tensor:
    """Draw eight different moments in order, ``count`` times: (count, 8)."""
    order = torch.rand(count, steps, generator=generator).argsort(dim=1)
    return order[:, :8].sort(dim=1).values


@cache
def everything() -> tuple[Tensor, Tensor]:
    """Read all digits (1797, 8, 8), from 0 to 1, and their classes (1797,)."""
    digits = load_digits()
    images = torch.from_numpy(digits.images).float() / 16
    return images, torch.from_numpy(digits.target).long()


def members(targets: Tensor, split: str) -> Tensor:
    """Find the indices of one split, in order."""
    if split not in SPLITS:
        raise ValueError(f"Expected a split of {', '.join(SPLITS)}; {split!r} came.")
    one_hot = functional.one_hot(targets)
    position = one_hot.cumsum(0).gather(1, targets.unsqueeze(1)).squeeze(1) - 1
    return torch.isin(position % 10, torch.tensor(SPLITS[split])).nonzero().squeeze(1)


def load(split: str, *, steps: int = 8) -> DigitRows:
    """Load one split; in training the moments are drawn anew in every batch."""
    images, targets = everything()
    chosen = members(targets, split)
    if steps < images.shape[1]:
        raise ValueError(
            f"Expected at least {images.shape[1]} steps, one a row; {steps} came."
        )
    return DigitRows(
        images[chosen], targets[chosen], steps=steps, fixed=split != "train"
    )
