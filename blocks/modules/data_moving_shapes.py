"""Short films of a shape that moves in one of eight directions."""

import torch
from torch import Tensor

SPLITS = ("train", "validation", "test")
DIRECTIONS = (
    "right",
    "down right",
    "down",
    "down left",
    "left",
    "up left",
    "up",
    "up right",
)
STEPS = torch.tensor(
    [(0, 1), (1, 1), (1, 0), (1, -1), (0, -1), (-1, -1), (-1, 0), (-1, 1)]
)
KINDS = 4
FASTEST = 2


class Films:
    """One split: what moves and how. Frames are drawn when they are asked for."""

    labels = DIRECTIONS

    def __init__(
        self,
        count: int,
        *,
        frames: int,
        size: int,
        channels: int,
        noise: float,
        generator: torch.Generator,
    ) -> None:
        """Draw kinds, sizes, places, speeds and directions of ``count`` shapes."""
        self.frames = frames
        self.size = size
        self.channels = channels
        self.noise = noise
        self.kinds = torch.randint(KINDS, (count,), generator=generator)
        self.radii = 1.5 + size * torch.rand(count, generator=generator) / 12
        self.places = torch.randint(size, (count, 2), generator=generator)
        self.speeds = torch.randint(1, FASTEST + 1, (count, 1), generator=generator)
        self.directions = torch.randint(len(STEPS), (count,), generator=generator)
        self.seeds = torch.randint(2**31, (count,), generator=generator)

    def __len__(self) -> int:
        """Count the films."""
        return len(self.kinds)

    def batch(self, indices: Tensor, generator: torch.Generator) -> dict[str, Tensor]:
        """Give video (B, frames, channels, size, size) and label (B,)."""
        direction = self.directions[indices]
        moves = STEPS[direction] * self.speeds[indices]
        moments = torch.arange(self.frames).view(1, -1, 1)
        places = self.places[indices].unsqueeze(1) + moments * moves.unsqueeze(1)
        film = draw(self.kinds[indices], self.radii[indices], places, self.size)
        if self.noise:
            film = film + self.noise * self.noise_of(indices, film.shape[1:])
        film = film.unsqueeze(2).expand(-1, -1, self.channels, -1, -1)
        return {"video": film.contiguous(), "label": direction}

    def noise_of(self, indices: Tensor, shape: torch.Size) -> Tensor:
        """Draw each film's own noise, the same each time."""
        drawn = torch.empty(len(indices), *shape)
        generator = torch.Generator()
        for film, seed in zip(drawn, self.seeds[indices].tolist(), strict=True):
            film.normal_(generator=generator.manual_seed(seed))
        return drawn


def draw(kinds: Tensor, radii: Tensor, places: Tensor, size: int) -> Tensor:
    """Draw shapes (B,) at places (B, T, 2), around the edges: (B, T, size, size)."""
    axis = torch.arange(size).view(1, 1, 1, size)
    half = size // 2
    away = (axis - places.unsqueeze(3) + half) % size - half  # (B, T, 2, size)
    down, across = away[:, :, 0, :, None], away[:, :, 1, None, :]
    radius = radii.view(-1, 1, 1, 1)
    disc = down**2 + across**2 <= radius**2
    square = (down.abs() <= radius) & (across.abs() <= radius)
    triangle = (down.abs() <= radius) & (2 * across.abs() <= down + radius)
    arm = radius / 3
    cross = square & ((down.abs() <= arm) | (across.abs() <= arm))
    all_kinds = torch.stack([disc, square, triangle, cross])
    return all_kinds[kinds, torch.arange(len(kinds))].float()


def load(
    split: str,
    *,
    frames: int = 8,
    size: int = 16,
    channels: int = 1,
    noise: float = 0.1,
    examples: int = 4000,
    held_out: int = 500,
    seed: int = 0,
) -> Films:
    """Make one split, each from a seed of its own."""
    if split not in SPLITS:
        raise ValueError(f"Expected a split of {', '.join(SPLITS)}; {split!r} came.")
    generator = torch.Generator().manual_seed(len(SPLITS) * seed + SPLITS.index(split))
    return Films(
        examples if split == "train" else held_out,
        frames=frames,
        size=size,
        channels=channels,
        noise=noise,
        generator=generator,
    )
