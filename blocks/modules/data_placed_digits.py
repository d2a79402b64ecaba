"""Handwritten digits (scikit-learn) at a random place of a larger image."""

from functools import cache

import torch
from sklearn.datasets import load_digits
from torch import Tensor
from torch.nn import functional

# Position of an image in its class, modulo ten, decides the split: 70 %, 10 % and 20 %,
# stratified.
SPLITS = {"train": range(7), "validation": range(7, 8), "test": range(8, 10)}
PLACING_SEED = 1


class PlacedDigits:
    """One split, read in whole batches. ``fixed`` places and noise are those of the
    whole split, always the same.
    """

    labels = tuple("0123456789")

    def __init__(
        self,
        images: Tensor,
        targets: Tensor,
        *,
        fixed: bool,
        size: int,
        channels: int,
        noise: float,
        value_range: str,
    ) -> None:
        """Keep digits (N, 1, digit_size, digit_size) from 0 to 1 and their classes
        (N,).
        """
        self.images = images
        self.targets = targets
        self.size = size
        self.channels = channels
        self.noise = noise
        self.value_range = value_range
        self.placed = (
            self.draw(images, torch.Generator().manual_seed(PLACING_SEED))
            if fixed
            else None
        )

    def __len__(self) -> int:
        """Count the images."""
        return len(self.targets)

    def batch(self, indices: Tensor, generator: torch.Generator) -> dict[str, Tensor]:
        """Give image (B, channels, size, size), placed by the generator in training,
        and label (B,).
        """
        image = (
            self.draw(self.images[indices], generator)
            if self.placed is None
            else self.placed[indices]
        )
        if self.value_range == "-1..1":
            image = image * 2 - 1
        return {
            "image": image.expand(-1, self.channels, -1, -1).contiguous(),
            "label": self.targets[indices],
        }

    def draw(self, digits: Tensor, generator: torch.Generator) -> Tensor:
        """Place digits (B, 1, digit_size, digit_size) and add noise: (B, 1, size,
        size).
        """
        image = place(
            digits,
            draw_places(len(digits), self.size - digits.shape[-1], generator),
            self.size,
        )
        if self.noise:
            image = (
                image + self.noise * torch.randn(image.shape, generator=generator)
            ).clamp(0, 1)
        return image


def draw_places(count: int, room: int, generator: torch.Generator) -> Tensor:
    """Draw the upper left corners (count, 2) of digits that have ``room`` pixels to
    move in.
    """
    return torch.randint(room + 1, (count, 2), generator=generator)


def place(digits: Tensor, places: Tensor, size: int) -> Tensor:
    """Put digits (B, 1, d, d) at places (B, 2) into dark images (B, 1, size, size)."""
    height = digits.shape[-1]
    offsets = torch.arange(size) - places.unsqueeze(
        2
    )  # (B, 2, size): image coordinates as seen from the digit
    rows, columns = offsets.clamp(0, height - 1).unbind(1)
    row_inside, column_inside = ((offsets >= 0) & (offsets < height)).unbind(1)
    image = digits[
        torch.arange(len(digits))[:, None, None],
        0,
        rows[:, :, None],
        columns[:, None, :],
    ]
    return (image * (row_inside[:, :, None] & column_inside[:, None, :])).unsqueeze(1)


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


def load(
    split: str,
    *,
    size: int = 32,
    digit_size: int = 16,
    channels: int = 1,
    noise: float = 0.0,
    value_range: str = "0..1",
) -> PlacedDigits:
    """Load one split; in training the digits are placed anew in every batch."""
    if digit_size > size:
        raise ValueError(
            "Expected a digit that fits into the image; "
            f"{digit_size} pixels do not fit into {size}."
        )
    images, targets = everything()
    chosen = members(targets, split)
    return PlacedDigits(
        functional.interpolate(
            images[chosen], size=(digit_size, digit_size), mode="bilinear"
        ),
        targets[chosen],
        fixed=split != "train",
        size=size,
        channels=channels,
        noise=noise,
        value_range=value_range,
    )
