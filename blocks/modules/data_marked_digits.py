"""Handwritten digits (scikit-learn) in a grid, one of them on brighter ground."""

from functools import cache

import torch
from sklearn.datasets import load_digits
from torch import Tensor
from torch.nn import functional

# Position of an image in its class, modulo ten, decides the split: 70 %, 10 % and 20 %,
# stratified.
SPLITS = {"train": range(7), "validation": range(7, 8), "test": range(8, 10)}
SEED = 1
SIDE = 8  # pixels of a digit


class MarkedDigits:
    """One split, read in whole batches: its n-th image has its n-th digit in the marked
    cell. ``fixed`` neighbours and cells are always the same.
    """

    labels = tuple("0123456789")

    def __init__(
        self,
        images: Tensor,
        targets: Tensor,
        *,
        fixed: bool,
        cells: int,
        mark: float,
        value_range: str,
    ) -> None:
        """Keep digits (N, 8, 8) from 0 to 1 and their classes (N,)."""
        self.images = images
        self.targets = targets
        self.cells = cells
        self.mark = mark
        self.value_range = value_range
        everyone = torch.arange(len(images))
        self.drawn = (
            self.draw(everyone, torch.Generator().manual_seed(SEED)) if fixed else None
        )

    def __len__(self) -> int:
        """Count the images."""
        return len(self.targets)

    def batch(self, indices: Tensor, generator: torch.Generator) -> dict[str, Tensor]:
        """Give image (B, 1, size, size), in training with neighbours drawn by the
        generator, and label (B,).
        """
        image = (
            self.draw(indices, generator) if self.drawn is None else self.drawn[indices]
        )
        if self.value_range == "-1..1":
            image = image * 2 - 1
        return {"image": image, "label": self.targets[indices]}

    def draw(self, indices: Tensor, generator: torch.Generator) -> Tensor:
        """Put each digit into a cell of its own image and light that cell: (B, 1, size,
        size).
        """
        count, cells = len(indices), self.cells**2
        digits = torch.randint(len(self.images), (count, cells), generator=generator)
        marked = torch.randint(cells, (count, 1), generator=generator)
        digits.scatter_(1, marked, indices.unsqueeze(1))
        is_marked = torch.arange(cells) == marked  # (B, cells)
        light = self.mark * is_marked[:, :, None, None]
        lit = light + (1 - light) * self.images[digits]  # (B, cells, 8, 8)
        rows = lit.view(count, self.cells, self.cells, SIDE, SIDE)
        return rows.transpose(2, 3).reshape(
            count, 1, self.cells * SIDE, self.cells * SIDE
        )


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
    position = (
        functional.one_hot(targets).cumsum(0).gather(1, targets.unsqueeze(1)).squeeze(1)
        - 1
    )
    return torch.isin(position % 10, torch.tensor(SPLITS[split])).nonzero().squeeze(1)


def load(
    split: str, *, cells: int = 2, mark: float = 0.4, value_range: str = "0..1"
) -> MarkedDigits:
    """Load one split; in training neighbours and cells are drawn anew in every
    batch.
    """
    images, targets = everything()
    chosen = members(targets, split)
    return MarkedDigits(
        images[chosen],
        targets[chosen],
        fixed=split != "train",
        cells=cells,
        mark=mark,
        value_range=value_range,
    )
