"""Capsule network."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

__all__ = [
    "CapsNet",
    "ClassCapsules",
    "Decoder",
    "PrimaryCapsules",
    "capsnet",
    "decoder",
]


def squash(x: Tensor, dim: int = -1) -> Tensor:
    """Keep a vector's direction and bring its length to n^2 / (1 + n^2), below 1."""
    squared = x.square().sum(dim, keepdim=True)
    return x * (squared / (1 + squared)) / torch.sqrt(squared + 1e-8)


class CapsuleTransform(nn.Module):
    """votes[i, o] = weight[i, o] x[i]: (B, I, D) to (B, I, O, E), a matrix each."""

    def __init__(
        self, in_capsules: int, in_features: int, out_capsules: int, out_features: int
    ) -> None:
        super().__init__()
        shape = (in_capsules, out_capsules, out_features, in_features)
        self.weight = nn.Parameter(torch.randn(shape) * 0.01)

    def forward(self, x: Tensor) -> Tensor:
        return torch.einsum("ioed,bid->bioe", self.weight, x)


def routing_by_agreement(votes: Tensor, iterations: int = 3) -> Tensor:
    """Sum the votes (B, I, O, E) over I into capsules (B, O, E), three times or so.

    A vote counts the more, the better it agreed with the capsule of the round before;
    how each of the I capsules divides its votes among the O ones adds up to 1. Only
    the last round is learnt through.
    """
    known = votes.detach()
    logits = votes.new_zeros(votes.shape[:3])
    for _ in range(iterations - 1):
        capsules = _capsules(known, logits)
        logits = logits + (known * capsules.unsqueeze(1)).sum(-1)
    return _capsules(votes, logits)


def _capsules(votes: Tensor, logits: Tensor) -> Tensor:
    total = (logits.softmax(dim=2).unsqueeze(-1) * votes).sum(1)
    squared = total.square().sum(-1, keepdim=True)
    return total * (squared / (1 + squared)) / torch.sqrt(squared + 1e-8)


class PrimaryCapsules(nn.Module):
    """Maps of a convolution, read as vectors at each place.

    x (B, in_channels, H, W) -> (B, grid * grid * primary, features)
    """

    def __init__(
        self, in_channels: int, primary: int = 32, features: int = 8, grid: int = 6
    ) -> None:
        super().__init__()
        self.primary = primary
        self.features = features
        self.grid = grid
        self.conv = nn.Conv2d(in_channels, primary * features, kernel_size=9, stride=2)

    def forward(self, x: Tensor) -> Tensor:
        x = self.conv(x)
        x = x.reshape(-1, self.features, self.grid * self.grid * self.primary)
        return squash(x.transpose(1, 2))  # (B, grid * grid * primary, features)


class ClassCapsules(nn.Module):
    """Votes of all capsules below, and what they agree on.

    capsules (B, in_length, in_features) -> (B, classes, features)
    """

    def __init__(
        self,
        in_length: int,
        in_features: int,
        classes: int = 10,
        features: int = 16,
        rounds: int = 3,
    ) -> None:
        super().__init__()
        self.rounds = rounds
        self.transform = CapsuleTransform(
            in_length, in_features, out_capsules=classes, out_features=features
        )

    def forward(self, capsules: Tensor) -> Tensor:
        return routing_by_agreement(self.transform(capsules), self.rounds)


class CapsNet(nn.Module):
    """Patterns, small capsules of them, and a capsule for each class.

    image (B, in_channels, H, W) -> (B, classes, features)
    """

    def __init__(
        self,
        in_channels: int,
        maps: int = 256,
        primary: int = 32,
        primary_features: int = 8,
        classes: int = 10,
        features: int = 16,
        rounds: int = 3,
        spread: float = 0.01,
        grid: int = 6,
    ) -> None:
        super().__init__()
        self.spread = spread
        self.conv1 = nn.Conv2d(in_channels, maps, kernel_size=9)
        self.primary_capsules = PrimaryCapsules(
            maps, primary=primary, features=primary_features, grid=grid
        )
        self.class_capsules = ClassCapsules(
            grid * grid * primary,
            primary_features,
            classes=classes,
            features=features,
            rounds=rounds,
        )
        self.reset_parameters()

    def reset_parameters(self) -> None:
        nn.init.normal_(self.class_capsules.transform.weight, std=self.spread)

    def forward(self, image: Tensor) -> Tensor:
        x = F.relu(self.conv1(image))
        capsules: Tensor = self.primary_capsules(x)
        capsules = self.class_capsules(capsules)  # (B, classes, features)
        return capsules


class Decoder(nn.Sequential):
    """Draws the image of one capsule.

    capsules (B, in_features) -> (B, pixels)
    """

    def __init__(
        self, in_features: int, pixels: int = 784, first: int = 512, second: int = 1024
    ) -> None:
        super().__init__(
            nn.Linear(in_features, first),
            nn.ReLU(),
            nn.Linear(first, second),
            nn.ReLU(),
            nn.Linear(second, pixels),
            nn.Sigmoid(),
        )


def capsnet(
    size: int = 28,
    maps: int = 256,
    primary: int = 32,
    primary_features: int = 8,
    classes: int = 10,
    features: int = 16,
    rounds: int = 3,
    spread: float = 0.01,
) -> CapsNet:
    """The capsnet model with the values of the "paper" preset as defaults."""
    return CapsNet(
        1,
        maps=maps,
        primary=primary,
        primary_features=primary_features,
        classes=classes,
        features=features,
        rounds=rounds,
        spread=spread,
        grid=(size - 15) // 2,
    )


def decoder(
    size: int = 28,
    classes: int = 10,
    features: int = 16,
    first: int = 512,
    second: int = 1024,
) -> Decoder:
    """The decoder model with the values of the "paper" preset as defaults."""
    return Decoder(classes * features, pixels=size * size, first=first, second=second)
