"""What samples look like that nobody learnt to make."""

from __future__ import annotations

import torch
from torch import Tensor

from tests.baselines import Measured
from tests.baselines.data import quick_data, reader

SAMPLES = 353


def makers(image: Tensor, label: Tensor) -> dict[str, Tensor]:
    """Samples from ways to make images that need no learning; those that are told a sample's class are left out."""
    means = torch.stack([image[label == digit].mean(0) for digit in range(10)])
    centred = image - image.mean(0)
    weights = torch.randn(SAMPLES, len(image)) / (len(image) - 1) ** 0.5
    return {
        "the ten class means": means.repeat(SAMPLES // 10 + 1, 1)[:SAMPLES],
        "one Gaussian": (image.mean(0) + weights @ centred).clamp(image.min(), image.max()),
        "each pixel by itself": image.gather(0, torch.randint(len(image), (SAMPLES, image.shape[1]))),
    }


def coverages() -> dict[str, float]:
    """Share of held-out images with a sample near them, as the template's metric counts it."""
    train, test = quick_data("dcgan", "train"), quick_data("dcgan", "test")["image"].flatten(1)
    torch.manual_seed(0)
    metric = reader("coverage").Coverage(neighbours=3)
    made = makers(train["image"].flatten(1), train["label"])
    return {name: float(metric(samples, test)) for name, samples in made.items()}


BASELINES: dict[str, Measured] = {"dcgan": coverages}
