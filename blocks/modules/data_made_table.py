"""A made table with a known law: two sides of a plane, or the phase of a current."""

import math

import torch
from torch import Tensor

# A row's position, modulo ten, decides the split: 70 %, 10 % and 20 %.
SPLITS = {"train": range(7), "validation": range(7, 8), "test": range(8, 10)}
LAWS = ("half_space", "circuit")
SPREAD = 5.0  # of the widest direction of the half space's rows, over the narrowest


class Table:
    """One split, read in whole batches. ``labels`` is empty where the target is a
    number.
    """

    def __init__(
        self, features: Tensor, target: Tensor, labels: tuple[str, ...]
    ) -> None:
        """Keep features (N, columns), and classes (N,) or numbers (N, 1)."""
        self.features = features
        self.target = target
        self.labels = labels

    def __len__(self) -> int:
        """Count the rows."""
        return len(self.features)

    def batch(self, indices: Tensor, generator: torch.Generator) -> dict[str, Tensor]:
        """Give features (B, columns), and label (B,) or target (B, 1)."""
        return {
            "features": self.features[indices],
            "label" if self.labels else "target": self.target[indices],
        }


def half_space(
    rows: int, columns: int, gap: float, generator: torch.Generator
) -> tuple[Tensor, Tensor]:
    """Draw rows (rows, columns) that move together, and the side (rows,) of a plane
    that each is on.
    """
    plane = torch.randn(columns, generator=generator, dtype=torch.double)
    plane = plane / plane.norm()
    points = torch.randn(rows, columns, generator=generator, dtype=torch.double)
    distance = points @ plane
    side = distance >= 0
    beyond = gap + distance.abs()  # what lay near the plane is moved away from it
    points = points + torch.outer(torch.where(side, beyond, -beyond) - distance, plane)
    scales = SPREAD ** -torch.linspace(0, 1, columns, dtype=torch.double)
    return points @ turn(columns, generator) * scales @ turn(columns, generator), side


def turn(size: int, generator: torch.Generator) -> Tensor:
    """Draw a rotation (size, size)."""
    drawn = torch.randn(size, size, generator=generator, dtype=torch.double)
    rotation: Tensor = torch.linalg.qr(drawn).Q
    return rotation


def circuit(
    rows: int, columns: int, noise: float, generator: torch.Generator
) -> tuple[Tensor, Tensor]:
    """Draw rows (rows, columns) from 0 to 1, and the phase (rows, 1) of the current in
    the circuit that each describes.
    """
    x = torch.rand(rows, columns, generator=generator, dtype=torch.double)
    resistance, frequency = 100 * x[:, 0], (40 + 520 * x[:, 1]) * math.pi
    inductance, capacity = x[:, 2], 1 + 10 * x[:, 3]
    reactance = frequency * inductance - 1e6 / (frequency * capacity)
    phase = torch.atan2(reactance, resistance)
    phase = phase + noise * torch.randn(rows, generator=generator, dtype=torch.double)
    return x, phase.unsqueeze(1)


def standardised(values: Tensor, training: Tensor) -> Tensor:
    """Shift and scale columns (N, columns) by the training rows' mean and deviation."""
    deviation, mean = torch.std_mean(values[training], dim=0)
    return ((values - mean) / deviation.clamp(min=1e-8)).float()


def load(
    split: str,
    *,
    law: str = "half_space",
    columns: int = 30,
    rows: int = 2000,
    gap: float = 0.3,
    noise: float = 0.05,
    seed: int = 0,
) -> Table:
    """Load one split of the table."""
    if split not in SPLITS:
        raise ValueError(f"Expected a split of {', '.join(SPLITS)}; {split!r} came.")
    if law not in LAWS:
        raise ValueError(f"Expected a law of {', '.join(LAWS)}; {law!r} came.")
    generator = torch.Generator().manual_seed(seed)
    position = torch.arange(rows) % 10
    training = torch.isin(position, torch.tensor(SPLITS["train"]))
    chosen = torch.isin(position, torch.tensor(SPLITS[split]))
    if law == "half_space":
        features, side = half_space(rows, columns, gap, generator)
        target = side.long()
    else:
        features, number = circuit(rows, columns, noise, generator)
        target = standardised(number, training)
    labels = ("below", "above") if law == "half_space" else ()
    return Table(standardised(features, training)[chosen], target[chosen], labels)
