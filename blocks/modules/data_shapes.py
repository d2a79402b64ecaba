"""Made images of circles, squares and triangles on texture, with their masks."""

import math

import torch
from torch import Tensor

SPLITS = ("train", "validation", "test")
HELD_OUT = 5  # validation and test have one image for so many of training
GRATINGS = 3  # waves that make up a texture
TURN = 2 * math.pi

# Sizes of equal area, as multiples of a circle's radius: half a square's side, a
# triangle's inner radius.
SQUARE = math.sqrt(math.pi) / 2
TRIANGLE = math.sqrt(math.pi / (3 * math.sqrt(3)))


class Shapes:
    """One split. It is kept as a few numbers for each shape, and drawn in whole
    batches.
    """

    labels = ("background", "circle", "square", "triangle")

    def __init__(
        self,
        examples: int,
        generator: torch.Generator,
        *,
        size: int,
        channels: int,
        most: int,
        noise: float,
        valid_margin: int,
        value_range: str,
    ) -> None:
        """Draw the numbers of all images: where shapes lie, of what form and texture
        they are.
        """
        self.size = size
        self.margin = valid_margin
        self.value_range = value_range

        def uniform(low: float, high: float, *shape: int) -> Tensor:
            return low + (high - low) * torch.rand(
                examples, *shape, generator=generator
            )

        self.form = torch.randint(1, 4, (examples, most), generator=generator)
        self.form[
            torch.arange(most)
            >= torch.randint(1, most + 1, (examples, 1), generator=generator)
        ] = 0
        self.radius = uniform(0.1, 0.22, most)
        self.centre = uniform(0.1, 0.9, 2, most)
        self.angle = uniform(0, TURN, most)
        # One texture for the background, and one for each shape.
        self.wave = uniform(-12, 12, 2, most + 1, GRATINGS)
        self.phase = uniform(0, TURN, most + 1, GRATINGS)
        self.strength = uniform(0.0, 0.08, channels, most + 1, GRATINGS)
        ground = uniform(0, 1, channels, 1)
        self.colour = torch.cat(
            [ground, (ground + uniform(0.25, 0.75, channels, most)) % 1], dim=2
        )
        self.noise = noise * torch.randn(
            channels, 2 * size, 2 * size, generator=generator
        )
        self.corner = torch.randint(size, (examples, 2), generator=generator)

    def __len__(self) -> int:
        """Count the images."""
        return len(self.form)

    def batch(self, indices: Tensor, generator: torch.Generator) -> dict[str, Tensor]:
        """Give image (B, channels, size, size) and mask (B, inner, inner), where inner
        is size - 2 * margin.
        """
        y, x = self.grid()
        region = torch.zeros(len(indices), self.size, self.size, dtype=torch.int64)
        for shape in range(self.form.shape[1]):  # later shapes hide earlier ones
            region[self.covered(indices, shape, y, x)] = shape + 1
        form = torch.cat(
            [torch.zeros(len(indices), 1, dtype=torch.int64), self.form[indices]], dim=1
        )
        mask = form.gather(1, region.flatten(1)).view_as(region)
        image = self.painted(indices, region, y, x)
        if self.value_range == "-1..1":
            image = image * 2 - 1
        inner = slice(self.margin, self.size - self.margin)
        return {"image": image, "mask": mask[:, inner, inner].contiguous()}

    def grid(self) -> tuple[Tensor, Tensor]:
        """Give the pixels' coordinates from 0 to 1, (size, 1) and (1, size)."""
        line = (torch.arange(self.size) + 0.5) / self.size
        return line[:, None], line[None, :]

    def covered(self, indices: Tensor, shape: int, y: Tensor, x: Tensor) -> Tensor:
        """Find the pixels (B, size, size) that one shape of each image covers."""
        values = (
            self.centre[indices, 0, shape],
            self.centre[indices, 1, shape],
            self.angle[indices, shape],
        )
        top, left, angle = (value[:, None, None] for value in values)
        u = (x - left) * angle.cos() + (y - top) * angle.sin()
        v = (y - top) * angle.cos() - (x - left) * angle.sin()
        circle = (u.square() + v.square()).sqrt()
        square = torch.maximum(u.abs(), v.abs()) / SQUARE
        slope = math.sqrt(3) / 2
        triangle = (
            torch.maximum(torch.maximum(slope * u - v / 2, -slope * u - v / 2), v)
            / TRIANGLE
        )
        form = self.form[indices, shape][:, None, None]
        distance = torch.where(
            form == 1,
            circle,
            torch.where(form == len(self.labels) - 1, triangle, square),
        )
        return (distance < self.radius[indices, shape][:, None, None]) & (form > 0)

    def painted(self, indices: Tensor, region: Tensor, y: Tensor, x: Tensor) -> Tensor:
        """Paint regions (B, size, size) in texture: (B, channels, size, size)."""
        batch = torch.arange(len(indices))[:, None, None]
        rise, run = (
            self.wave[indices].transpose(1, 2)[batch, region].unbind(3)
        )  # (B, size, size, gratings)
        waves = (
            TURN * (rise * y[..., None] + run * x[..., None])
            + self.phase[indices][batch, region]
        ).sin()
        strength = self.strength[indices].transpose(1, 2)[
            batch, region
        ]  # (B, size, size, channels, gratings)
        colour = self.colour[indices].transpose(1, 2)[batch, region]
        image = (colour + (strength * waves.unsqueeze(3)).sum(4)).permute(0, 3, 1, 2)
        rows, columns = (
            self.corner[indices].unsqueeze(2) + torch.arange(self.size)
        ).unbind(1)
        noise = self.noise[:, rows[:, :, None], columns[:, None, :]].transpose(0, 1)
        return (image + noise).clamp(0, 1).contiguous()


def load(
    split: str,
    *,
    size: int = 64,
    channels: int = 1,
    most: int = 3,
    noise: float = 0.05,
    valid_margin: int = 0,
    examples: int = 1000,
    value_range: str = "0..1",
    seed: int = 0,
) -> Shapes:
    """Make one split, each from a seed of its own."""
    if split not in SPLITS:
        raise ValueError(f"Expected a split of {', '.join(SPLITS)}; {split!r} came.")
    if 2 * valid_margin >= size:
        raise ValueError(
            f"Expected a margin of less than half of {size} pixels; "
            f"{valid_margin} came."
        )
    return Shapes(
        examples if split == "train" else -(-examples // HELD_OUT),
        torch.Generator().manual_seed(len(SPLITS) * seed + SPLITS.index(split)),
        size=size,
        channels=channels,
        most=most,
        noise=noise,
        valid_margin=valid_margin,
        value_range=value_range,
    )
