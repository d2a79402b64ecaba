"""What autoencoders must beat: entropies, means and PCA."""

from __future__ import annotations

from collections.abc import Callable
from math import log

import torch
from sklearn.cluster import KMeans
from sklearn.linear_model import Ridge
from torch import Tensor
from torch.nn import functional

from tests.baselines import Measured
from tests.baselines.answers import (
    bernoulli_loss,
    patches,
    pca_bound,
)
from tests.baselines.data import quick_data, whole


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


def pca(train: Tensor, test: Tensor, size: int) -> Tensor:
    """Test images through so many principal components of the training images, held between black and white."""
    mean = train.mean(0)
    torch.manual_seed(0)
    directions = torch.pca_lowrank(train - mean, size, center=False, niter=4)[2]
    return (mean + (test - mean) @ directions @ directions.T).clamp(0, 1)


def squared(test: Tensor, rebuilt: Tensor) -> float:
    return float((test - rebuilt).square().mean())


def of_dense() -> dict[str, float]:
    """Squared error of images through eight numbers, or by the likest of some images, whose name is the code."""
    train, test = (quick_data("autoencoder", split)["image"].flatten(1) for split in ("train", "test"))
    centres = KMeans(256, n_init=1, random_state=0).fit(train.numpy()).cluster_centers_
    nearest = torch.from_numpy(centres)[torch.cdist(test, torch.from_numpy(centres)).argmin(1)]
    return {
        "PCA with eight numbers": squared(test, pca(train, test, 8)),
        "the nearest of 256 mean images": squared(test, nearest),
        "the mean image": squared(test, train.mean(0)),
    }


def of_convolutional() -> dict[str, float]:
    """Squared error of images through PCA. With as many weights as the net it has five components; with as many
    numbers in its code it is better than the net, but has 23 times as many weights.
    """
    train, test = quick_data("autoencoder_conv", "train", 6)["image"], quick_data("autoencoder_conv", "test")["image"]
    smaller = functional.interpolate(functional.avg_pool2d(test, 4), scale_factor=4, mode="bilinear")
    return {
        "PCA with as many weights (five numbers)": squared(test.flatten(1), pca(train.flatten(1), test.flatten(1), 5)),
        "shrunk to 7×7 pixels and back": squared(test, smaller),
        "the mean image": squared(test, train.mean(0)),
    }


def of_denoising() -> dict[str, float]:
    """Squared error of noisy images cleaned by blur, by PCA, and by a line over each pixel's surroundings."""
    train, test = (quick_data("denoising_autoencoder", split)["image"] for split in ("train", "test"))
    generator = torch.Generator().manual_seed(0)
    noisy, learnt = ((x + 0.5 * torch.randn(x.shape, generator=generator)).clamp(0, 1) for x in (test, train))
    means = {side: functional.avg_pool2d(noisy, side, 1, side // 2, count_include_pad=False) for side in (3, 5, 7)}
    line = Ridge(1.0).fit(patches(learnt, 7).numpy()[::7], train.flatten().numpy()[::7])
    cleaned = torch.from_numpy(line.predict(patches(noisy, 7).numpy())).reshape(test.shape).clamp(0, 1)
    spread = {size: pca(train.flatten(1), noisy.flatten(1), size) for size in (16, 32, 64)}
    return {
        "the noisy image itself": squared(test, noisy),
        "means over the best of some windows": min(squared(test, mean) for mean in means.values()),
        "a line over 7×7 pixels": squared(test, cleaned),
        "PCA of clean images": min(squared(test.flatten(1), found) for found in spread.values()),
        "the mean image": squared(test, train.mean(0)),
    }


def of_swaps() -> dict[str, float]:
    """The other's face for each face, by what can be seen of the two without pairs. Both ways, and the mean of both."""
    train, test = quick_data("deepfake_ae", "train"), quick_data("deepfake_ae", "test")
    size = test["face_a"].shape
    seen = {person: train[f"face_{person}"].flatten(1) for person in "ab"}
    given = {person: test[f"face_{person}"].flatten(1) for person in "ab"}
    mean = {person: faces.mean(0) for person, faces in seen.items()}
    pairs = (("a", "b"), ("b", "a"))

    def both(swap: Callable[[str, str], Tensor]) -> float:
        return sum(squared(given[other], swap(person, other).clamp(0, 1)) for person, other in pairs) / 2

    def edges(faces: Tensor) -> Tensor:
        """Differences of neighbouring pixels, which know less of colours."""
        images = faces.view(-1, *size[1:]).mean(1)
        steps = images.diff(dim=1)[:, :, :-1].abs() + images.diff(dim=2)[:, :-1].abs()
        return standardised(steps.flatten(1))

    def nearest(person: str, other: str, view: Callable[[Tensor], Tensor]) -> Tensor:
        mine, others = view(given[person]), view(seen[other])
        return seen[other][torch.cdist(mine, others).argmin(1)]

    def standardised(x: Tensor) -> Tensor:
        return (x - x.mean(0)) / x.std(0).clamp(min=0.02)

    return {
        "the other's mean face": both(lambda person, other: mean[other].expand(len(given[other]), -1)),
        "the face less its own mean, plus the other's": both(
            lambda person, other: given[person] - mean[person] + mean[other]
        ),
        "the other's face that is nearest, each less its mean": both(
            lambda person, other: nearest(person, other, lambda x: x - x.mean(0))
        ),
        "the same, each pixel by its deviation": both(lambda person, other: nearest(person, other, standardised)),
        "the other's face that is nearest in edges": both(lambda person, other: nearest(person, other, edges)),
    }


BASELINES: dict[str, Measured] = {
    "deepfake_ae": of_swaps,
    "autoencoder": of_dense,
    "autoencoder_conv": of_convolutional,
    "denoising_autoencoder": of_denoising,
    "vae": bounds,
}
