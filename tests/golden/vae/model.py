"""Variational autoencoder."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

__all__ = ["Decoder", "Encoder", "decoder", "encoder"]


class Encoder(nn.Module):
    """From an image to a cloud: mean and logarithm of the variance.

    x (B, in_features) -> mu (B, latent), logvar (B, latent)
    """

    def __init__(self, in_features: int, hidden: int = 400, latent: int = 20) -> None:
        super().__init__()
        self.fc1 = nn.Linear(in_features, hidden)
        self.fc21 = nn.Linear(hidden, latent)
        self.fc22 = nn.Linear(hidden, latent)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        x = F.relu(self.fc1(x))  # (B, hidden)
        return self.fc21(x), self.fc22(x)


class Decoder(nn.Module):
    """From a point to an image.

    z (B, in_features) -> (B, features)
    """

    def __init__(
        self, in_features: int, hidden: int = 400, features: int = 784
    ) -> None:
        super().__init__()
        self.fc3 = nn.Linear(in_features, hidden)
        self.fc4 = nn.Linear(hidden, features)

    def forward(self, z: Tensor) -> Tensor:
        x = self.fc4(F.relu(self.fc3(z)))  # (B, features)
        return torch.sigmoid(x)  # (B, features)


def encoder(size: int = 28, hidden: int = 400, latent: int = 20) -> Encoder:
    """The encoder model with the values of the "paper" preset as defaults."""
    return Encoder(size * size, hidden=hidden, latent=latent)


def decoder(size: int = 28, hidden: int = 400, latent: int = 20) -> Decoder:
    """The decoder model with the values of the "paper" preset as defaults."""
    return Decoder(latent, hidden=hidden, features=size * size)
