"""Drawn faces of two people who make the same faces: expressions, on two heads."""

import math
from functools import lru_cache
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional

SPLITS = ("train", "validation", "test")
TRAITS = 6  # tilt, place across and down, gaze, eyelids, mouth


class Person(NamedTuple):
    """What one head looks like, whatever face it makes; lengths in half images."""

    skin: tuple[float, float, float]
    hair: tuple[float, float, float]
    iris: tuple[float, float, float]
    lips: tuple[float, float, float]
    head: tuple[float, float]  # half width and half height
    fringe: float  # how far down the hair comes
    eyes: tuple[float, float]  # how far apart and how large
    mouth: tuple[float, float]  # half width and how thick


ANNA = Person(
    skin=(0.95, 0.8, 0.7),
    hair=(0.85, 0.6, 0.2),
    iris=(0.2, 0.4, 0.8),
    lips=(0.8, 0.25, 0.3),
    head=(0.52, 0.7),
    fringe=-0.42,
    eyes=(0.22, 0.13),
    mouth=(0.2, 0.05),
)
BEN = Person(
    skin=(0.9, 0.72, 0.6),
    hair=(0.35, 0.25, 0.15),
    iris=(0.25, 0.3, 0.2),
    lips=(0.65, 0.3, 0.28),
    head=(0.6, 0.68),
    fringe=-0.3,
    eyes=(0.25, 0.11),
    mouth=(0.28, 0.07),
)


class TwoFaces:
    """One split, read in whole batches: in training the two make faces independently,
    held out they make the same ones.
    """

    def __init__(
        self, faces_a: Tensor, faces_b: Tensor, *, warp: float, moving: bool
    ) -> None:
        """Keep faces of both (N, 3, size, size) and how far to warp them."""
        self.faces_a = faces_a
        self.faces_b = faces_b
        self.warp = warp
        self.moving = moving

    def __len__(self) -> int:
        """Count the faces of each."""
        return len(self.faces_a)

    def batch(self, indices: Tensor, generator: torch.Generator) -> dict[str, Tensor]:
        """Give face_a and face_b (B, 3, size, size), and both warped, which are the
        same as the faces where they are held out.
        """
        faces = {"a": self.faces_a[indices], "b": self.faces_b[indices]}
        found = {f"face_{name}": face for name, face in faces.items()}
        for name, face in faces.items():
            bent = warped(face, self.warp, generator) if self.moving else face
            found[f"warped_{name}"] = bent
        return found


def warped(faces: Tensor, reach: float, generator: torch.Generator) -> Tensor:
    """Pull 5 by 5 points of faces (B, 3, size, size) about, and what lies between."""
    count, _, size, _ = faces.shape
    pulls = reach * torch.randn(count, 2, 5, 5, generator=generator)
    pulls = functional.interpolate(
        pulls, size=(size, size), mode="bicubic", align_corners=True
    )
    still = functional.affine_grid(
        torch.eye(2, 3).expand(count, -1, -1), list(faces.shape), align_corners=False
    )
    grid = still + pulls.permute(0, 2, 3, 1)
    return functional.grid_sample(
        faces, grid, padding_mode="border", align_corners=False
    )


def drawn(person: Person, traits: Tensor, size: int) -> Tensor:
    """Draw faces (N, 3, size, size) of a person from traits (N, 6) between -1 and 1."""
    tilt, across, down, gaze, lids, smile = traits.view(-1, TRAITS, 1, 1).unbind(1)
    axis = (2 * torch.arange(size) + 1) / size - 1
    x, y = axis - 0.12 * across, axis.unsqueeze(1) - 0.12 * down
    angle = tilt * (math.pi / 9)
    x, y = x * angle.cos() + y * angle.sin(), y * angle.cos() - x * angle.sin()
    soft = 3 / size
    image = x.new_full((len(traits), 3, size, size), 0.5)

    def paint(image: Tensor, depth: Tensor, colour: tuple[float, ...]) -> Tensor:
        """Cover where ``depth`` (N, size, size), in half images, is above 0."""
        share = (depth / soft + 0.5).clamp(0, 1).unsqueeze(1)
        return image.lerp(torch.tensor(colour).view(3, 1, 1), share)

    def ellipse(x: Tensor, y: Tensor, width: Tensor | float, height: Tensor) -> Tensor:
        """Tell how far inside an ellipse each point (N, size, size) lies."""
        radius = ((x / width).square() + (y / height).square()).sqrt()
        return (1 - radius) * height

    width, height = person.head
    head = ellipse(x, y, width, torch.tensor(height))
    image = paint(image, head, person.skin)
    image = paint(image, torch.minimum(head, person.fringe - y), person.hair)
    apart, large = person.eyes
    for side in (-1, 1):
        beside, above = x - side * apart, y + 0.15
        white = ellipse(beside, above, large, large * (0.65 + 0.35 * lids))
        image = paint(image, white, (1.0, 1.0, 1.0))
        iris = ellipse(
            beside - 0.5 * large * gaze, above, 0.5 * large, torch.tensor(0.5 * large)
        )
        image = paint(image, torch.minimum(white, iris), person.iris)
    wide, thick = person.mouth
    bend = y - 0.33 + 0.18 * smile * ((x / wide).square() - 0.5)
    lips = torch.minimum(thick - bend.abs(), wide - x.abs())
    return paint(image, lips, person.lips)


@lru_cache(maxsize=6)
def everything(
    count: int, size: int, seed: int, *, same: bool
) -> tuple[Tensor, Tensor]:
    """Draw faces of both (count, 3, size, size)."""
    generator = torch.Generator().manual_seed(seed)
    mine, other = 2 * torch.rand(2, count, TRAITS, generator=generator) - 1
    return drawn(ANNA, mine, size), drawn(BEN, mine if same else other, size)


def load(
    split: str,
    *,
    size: int = 64,
    examples: int = 1000,
    held_out: int = 300,
    warp: float = 0.05,
    seed: int = 0,
) -> TwoFaces:
    """Make one split, each from a seed of its own."""
    if split not in SPLITS:
        raise ValueError(f"Expected a split of {', '.join(SPLITS)}; {split!r} came.")
    training = split == "train"
    faces = everything(
        examples if training else held_out,
        size,
        len(SPLITS) * seed + SPLITS.index(split),
        same=not training,
    )
    return TwoFaces(*faces, warp=warp, moving=training)
