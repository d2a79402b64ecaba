"""Scenes with handwritten digits (scikit-learn) of several sizes, with their boxes."""

from functools import cache

import torch
from sklearn.datasets import load_digits
from torch import Tensor
from torch.nn import functional

# Position of an image in its class, modulo ten, decides the split: 70 %, 10 % and 20 %,
# stratified.
SPLITS = {"train": range(7), "validation": range(7, 8), "test": range(8, 10)}
SCENE_SEED = 1
TRIES = 6  # windows of which the one is taken that all but shows a digit
FAR = 0.3  # at most this intersection over union: background
JITTER = 0.08  # how far a window may miss its digit, in parts of its side


class DigitScenes:
    """One split, read in whole batches. ``fixed`` scenes are always the same."""

    labels = ("background", *"0123456789")

    def __init__(
        self,
        images: Tensor,
        targets: Tensor,
        *,
        fixed: bool,
        size: int,
        cells: int,
        smallest: int,
        window: int,
        noise: float,
    ) -> None:
        """Keep digits (N, 1, 8, 8) from 0 to 1 and their classes (N,)."""
        self.images = images
        self.targets = targets
        self.size = size
        self.cells = cells
        self.smallest = smallest
        self.window = window
        self.noise = noise
        everything = torch.arange(len(targets))
        self.drawn = (
            self.draw(everything, torch.Generator().manual_seed(SCENE_SEED))
            if fixed
            else None
        )

    def __len__(self) -> int:
        """Count the scenes: one for each digit of the split."""
        return len(self.targets)

    def batch(self, indices: Tensor, generator: torch.Generator) -> dict[str, Tensor]:
        """Give image (B, 1, size, size), boxes (B, M, 4), labels (B, M), -1 for none,
        and of each scene one window (B, 1, window, window) with its class (B,), 0 for
        background.
        """
        if self.drawn is not None:
            return {name: value[indices] for name, value in self.drawn.items()}
        return self.draw(indices, generator)

    def draw(self, indices: Tensor, generator: torch.Generator) -> dict[str, Tensor]:
        """Draw scenes, the first digit of each being its own."""
        count, most = len(indices), self.cells**2
        which = torch.randint(len(self.images), (count, most), generator=generator)
        which[:, 0] = indices
        shown = torch.rand(count, most, generator=generator) < 2 / 3
        shown[:, 0] = True
        boxes = self.places(count, generator)
        image = torch.zeros(count, 1, self.size, self.size)
        for one in range(most):
            digit = self.images[which[:, one]] * shown[:, one, None, None, None]
            image = torch.maximum(image, self.pasted(digit, boxes[:, one]))
        noise = self.noise * torch.randn(image.shape, generator=generator)
        image = (image + noise).clamp(0, 1)
        labels = torch.where(shown, self.targets[which], -1)
        window, kind = self.windows(boxes, labels, generator)
        return {
            "image": image,
            "boxes": boxes * shown.unsqueeze(2),
            "labels": labels,
            "window": cut(image, window, self.window),
            "window_label": kind,
        }

    def places(self, count: int, generator: torch.Generator) -> Tensor:
        """Draw boxes (count, cells * cells, 4), each in its cell, in random order."""
        room = self.size // self.cells
        most = self.cells**2
        side = torch.randint(
            self.smallest, room + 1, (count, most, 1), generator=generator
        )
        offset = torch.rand(count, most, 2, generator=generator) * (room - side + 1)
        cell = torch.rand(count, most, generator=generator).argsort(dim=1)
        corner = torch.stack([cell % self.cells, cell // self.cells], dim=2) * room
        corner = corner + offset.floor()
        return torch.cat([corner, corner + side], dim=2)

    def pasted(self, digit: Tensor, boxes: Tensor) -> Tensor:
        """Bring digits (B, 1, 8, 8) into boxes (B, 4) of dark images."""
        middles = torch.arange(self.size) + 0.5
        low, side = boxes[:, :2], boxes[:, 2:] - boxes[:, :2]
        places = (middles[:, None] - low[:, None]) / side[:, None] * 2 - 1  # (B, S, 2)
        x = places[:, None, :, 0].expand(-1, self.size, -1)
        y = places[:, :, None, 1].expand(-1, -1, self.size)
        pasted = functional.grid_sample(
            digit,
            torch.stack([x, y], dim=3),
            padding_mode="border",
            align_corners=False,
        )
        inside = (x.abs() < 1) & (y.abs() < 1)
        return pasted * inside.unsqueeze(1)

    def windows(
        self, boxes: Tensor, labels: Tensor, generator: torch.Generator
    ) -> tuple[Tensor, Tensor]:
        """Choose a window (B, 4) of each scene: its own digit's, or background."""
        count = len(boxes)
        own = boxes[:, 0]
        side = own[:, 2:] - own[:, :2]
        missed = JITTER * (2 * torch.rand(count, 4, generator=generator) - 1)
        digit = own + missed * side.repeat(1, 2)
        room = self.size // self.cells
        sides = torch.rand(count, TRIES, 1, generator=generator)
        sides = self.smallest + sides * (room - self.smallest)
        corner = torch.rand(count, TRIES, 2, generator=generator) * (self.size - sides)
        tried = torch.cat([corner, corner + sides], dim=2)
        near = overlaps(tried, boxes).masked_fill(labels[:, None] < 0, 0).amax(dim=2)
        far = near < FAR
        hardest = near.masked_fill(~far, -1).argmax(dim=1)
        rows = torch.arange(count)
        is_digit = torch.rand(count, generator=generator) < 0.5
        is_digit |= ~far[rows, hardest]
        window = torch.where(is_digit[:, None], digit, tried[rows, hardest])
        return window, torch.where(is_digit, labels[:, 0] + 1, 0)


def cut(image: Tensor, boxes: Tensor, side: int) -> Tensor:
    """Cut boxes (B, 4) out of images (B, 1, S, S), brought to one side."""
    steps = (torch.arange(side) + 0.5) / side
    low, high = boxes[:, None, :2], boxes[:, None, 2:]
    places = low + (high - low) * steps[:, None]  # (B, side, 2) in pixels
    places = places / image.shape[-1] * 2 - 1
    x = places[:, None, :, 0].expand(-1, side, -1)
    y = places[:, :, None, 1].expand(-1, -1, side)
    return functional.grid_sample(
        image, torch.stack([x, y], dim=3), align_corners=False
    )


def overlaps(boxes: Tensor, others: Tensor) -> Tensor:
    """Intersection over union of (B, N, 4) with (B, M, 4): (B, N, M)."""
    low = torch.maximum(boxes[:, :, None, :2], others[:, None, :, :2])
    high = torch.minimum(boxes[:, :, None, 2:], others[:, None, :, 2:])
    both = (high - low).clamp(min=0).prod(dim=3)
    areas = [(one[..., 2:] - one[..., :2]).prod(dim=2) for one in (boxes, others)]
    return both / (areas[0][:, :, None] + areas[1][:, None] - both)


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
    size: int = 64,
    cells: int = 2,
    smallest: int = 16,
    window: int = 16,
    noise: float = 0.3,
) -> DigitScenes:
    """Load one split; in training the scenes are drawn anew in every batch."""
    if smallest * cells > size:
        raise ValueError(
            "Expected digits that fit into their cells; "
            f"{smallest} pixels do not fit into {size // cells}."
        )
    images, targets = everything()
    chosen = members(targets, split)
    return DigitScenes(
        images[chosen],
        targets[chosen],
        fixed=split != "train",
        size=size,
        cells=cells,
        smallest=smallest,
        window=window,
        noise=noise,
    )
