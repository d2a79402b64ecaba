"""What autoencoders must beat: entropies, means and PCA."""

from __future__ import annotations

from math import log

import torch

from tests.baselines import Measured
from tests.baselines.answers import (
    bernoulli_loss,
    pca_bound,
)
from tests.baselines.data import whole


def bounds() -> dict[str, float]:
    """What a variational autoencoder's bound must be better than, in nats for an image of 64 pixels.

    A Bernoulli decoder pays the pixels' own entropy even where it is perfect. PCA of the same size pays its code, too.
    """
    train, test = whole("data_digits", "train", flat=True), whole("data_digits", "test", flat=True)
    means = torch.stack([train["image"][train["label"] == digit].mean(0) for digit in range(10)])
    codes = {
        f"PCA to {size} with its code's cost": sum(pca_bound(train["image"], test["image"], size))
        for size in (2, 8, 16)
    }
    return {
        "each pixel's mean": bernoulli_loss(train["image"].mean(0), test["image"]),
        "the mean of the image's class and log 10 for its name": bernoulli_loss(means[test["label"]], test["image"])
        + log(10),
        **{f"PCA to {size} with its code's cost": bound for size, bound in codes.items()},
    }


BASELINES: dict[str, Measured] = {
    "vae": bounds,
}
