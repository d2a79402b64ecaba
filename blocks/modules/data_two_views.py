"""Two differently changed views of each handwritten digit (scikit-learn), for learning
without labels.
"""

import math
from functools import cache
from typing import NamedTuple

import torch
from sklearn.datasets import load_digits
from torch import Tensor
from torch.nn import functional

# Position of an image in its class, modulo ten, decides the split: 70 %, 10 % and 20 %,
# stratified.
SPLITS = {"train": range(7), "validation": range(7, 8), "test": range(8, 10)}
PLACING_SEED = 1
VIEWS_SEED = 2


class Changes(NamedTuple):
    """How far a view may be from its image."""

    turn: float
    zoom: float
    shift: float
    contrast: float
    cutout: float
    noise: float


class TwoViews:
    """One split, read in whole batches; ``views`` (two of (N, channels, size, size))
    are given where they are fixed.
    """

    labels = tuple("0123456789")

    def __init__(
        self,
        images: Tensor,
        targets: Tensor,
        is_support: Tensor,
        changes: Changes,
        *,
        digits: Tensor | None,
        fixed: bool,
    ) -> None:
        """Keep images (N, channels, size, size) from 0 to 1, classes (N,), and which a
        probe may see (N,). With ``digits`` (N, 1, 8, 8) each view has its digit at a
        place of its own; else the two would have its place in common.
        """
        self.images = images
        self.digits = digits
        self.targets = targets
        self.is_support = is_support
        self.changes = changes
        self.views: tuple[Tensor, Tensor] | None = None
        if fixed:
            generator = torch.Generator().manual_seed(VIEWS_SEED)
            self.views = self.changed(torch.arange(len(targets)), generator)

    def __len__(self) -> int:
        """Count the images."""
        return len(self.targets)

    def batch(self, indices: Tensor, generator: torch.Generator) -> dict[str, Tensor]:
        """Give view_a, view_b and image (B, channels, size, size), label (B,) and
        is_support (B,).
        """
        if self.views is None:
            view_a, view_b = self.changed(indices, generator)
        else:
            view_a, view_b = (views[indices] for views in self.views)
        chosen = {
            "label": self.targets[indices],
            "is_support": self.is_support[indices],
        }
        image = self.images[indices]
        return {"view_a": view_a, "view_b": view_b, "image": image, **chosen}

    def changed(
        self, indices: Tensor, generator: torch.Generator
    ) -> tuple[Tensor, Tensor]:
        """Draw two views, each (B, channels, size, size)."""
        image = self.images[indices]
        starts = [image, image]
        if self.digits is not None:
            digits, size = self.digits[indices], image.shape[-1]
            placings = [placed(digits, size, generator) for _ in starts]
            starts = [placing.expand_as(image) for placing in placings]
        view_a, view_b = (view(start, self.changes, generator) for start in starts)
        return view_a, view_b


def view(image: Tensor, changes: Changes, generator: torch.Generator) -> Tensor:
    """Change each image (B, channels, size, size) in its own way."""
    count, _, size, _ = image.shape

    def between(low: float, high: float, *shape: int) -> Tensor:
        return low + (high - low) * torch.rand(count, *shape, generator=generator)

    angle = between(-changes.turn, changes.turn) * (math.pi / 180)
    scale = between(1 - changes.zoom, 1 + changes.zoom)
    shift = between(
        -2 * changes.shift, 2 * changes.shift, 2
    )  # affine_grid's image is 2 high and wide
    cosine, sine = angle.cos() / scale, angle.sin() / scale
    rows = [
        torch.stack([cosine, -sine, shift[:, 0]], 1),
        torch.stack([sine, cosine, shift[:, 1]], 1),
    ]
    grid = functional.affine_grid(
        torch.stack(rows, 1), list(image.shape), align_corners=False
    )
    changed = functional.grid_sample(image, grid, align_corners=False)

    side = round(changes.cutout * size)
    corner = torch.randint(size - side + 1, (count, 2, 1), generator=generator)
    row, column = (
        (torch.arange(size) >= corner) & (torch.arange(size) < corner + side)
    ).unbind(1)
    changed = changed.masked_fill(
        (row[:, :, None] & column[:, None, :]).unsqueeze(1), 0.0
    )

    brightest = between(1 - changes.contrast, 1.0, 1, 1, 1)
    darkest = between(0.0, changes.contrast, 1, 1, 1) * brightest
    noise = changes.noise * torch.randn(count, 1, size, size, generator=generator)
    return (darkest + (brightest - darkest) * changed + noise).clamp(0, 1)


@cache
def everything() -> tuple[Tensor, Tensor]:
    """Read all digits (1797, 1, 8, 8), from 0 to 1, and their classes (1797,)."""
    digits = load_digits()
    return torch.from_numpy(digits.images).float().unsqueeze(1) / 16, torch.from_numpy(
        digits.target
    ).long()


def positions(targets: Tensor) -> Tensor:
    """Count for each image how many of its class came before it."""
    return (
        functional.one_hot(targets).cumsum(0).gather(1, targets.unsqueeze(1)).squeeze(1)
        - 1
    )


def placed(digits: Tensor, size: int, generator: torch.Generator) -> Tensor:
    """Put digits (N, 1, 8, 8), enlarged to half the size, at random places of images
    (N, 1, size, size).
    """
    height = size // 2
    digits = functional.interpolate(digits, size=(height, height), mode="bilinear")
    places = torch.randint(size - height + 1, (len(digits), 2, 1), generator=generator)
    offsets = (
        torch.arange(size) - places
    )  # (N, 2, size): image coordinates as seen from the digit
    rows, columns = offsets.clamp(0, height - 1).unbind(1)
    row_inside, column_inside = ((offsets >= 0) & (offsets < height)).unbind(1)
    images = digits[
        torch.arange(len(digits))[:, None, None],
        0,
        rows[:, :, None],
        columns[:, None, :],
    ]
    return (images * (row_inside[:, :, None] & column_inside[:, None, :])).unsqueeze(1)


def load(
    split: str,
    *,
    size: int = 32,
    channels: int = 1,
    placing: str = "middle",
    turn: float = 15.0,
    zoom: float = 0.25,
    shift: float = 0.15,
    contrast: float = 0.4,
    cutout: float = 0.25,
    noise: float = 0.05,
    support: int = 5,
) -> TwoViews:
    """Load one split; in training both views are drawn anew in every batch."""
    if split not in SPLITS:
        raise ValueError(f"Expected a split of {', '.join(SPLITS)}; {split!r} came.")
    digits, targets = everything()
    chosen = torch.isin(positions(targets) % 10, torch.tensor(SPLITS[split]))
    digits, targets = digits[chosen], targets[chosen]
    if placing == "random":
        seed = PLACING_SEED + list(SPLITS).index(split)
        images = placed(digits, size, torch.Generator().manual_seed(seed))
    else:
        images = functional.interpolate(digits, size=(size, size), mode="bilinear")
    images = images.expand(-1, channels, -1, -1).contiguous()
    changes = Changes(turn, zoom, shift, contrast, cutout, noise)
    return TwoViews(
        images,
        targets,
        positions(targets) < support,
        changes,
        digits=digits if placing == "random" else None,
        fixed=split != "train",
    )
