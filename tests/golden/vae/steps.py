"""Training steps, evaluations and previews of Variational autoencoder."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

__all__ = ["Evaluate", "Rebuild", "Samples", "TrainStep"]


class MeanMetric(nn.Module):
    """Mean of values, each example counted once.

    A value for each example is averaged as it is. A single number is the mean of its
    batch: it counts as often as ``like`` has examples, so that a short last batch
    weighs less.
    """

    def __init__(self) -> None:
        """Start with nothing added up."""
        super().__init__()
        self.reset()

    def reset(self) -> None:
        """Forget what was added up."""
        self.total = 0.0
        self.count = 0

    def forward(self, value: Tensor, like: Tensor | None = None) -> Tensor:
        """Give the mean of this batch alone."""
        return value.float().mean()

    def update(self, value: Tensor, like: Tensor | None = None) -> None:
        """Add a batch."""
        count = value.numel()
        if value.dim() == 0 and like is not None:
            count = like.shape[0]
        self.total += value.float().mean().item() * count
        self.count += count

    def compute(self) -> Tensor:
        """Give the mean of all batches; not a number before the first."""
        return torch.tensor(self.total) / self.count


class TrainStep(nn.Module):
    """The negative of the bound: rebuilding error and divergence, in nats for each
    image.
    """

    def __init__(self, encoder: nn.Module, decoder: nn.Module) -> None:
        super().__init__()
        self.encoder = encoder
        self.decoder = decoder

    def forward(self, image: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        x = torch.flatten(image, 1)
        mu, logvar = self.encoder(x)
        y = mu + (0.5 * logvar).exp() * torch.randn_like(mu)
        y = F.binary_cross_entropy(self.decoder(y), x, reduction="none")  # (B, 784)
        y = y.sum(dim=1)  # (B,)
        x = 0.5 * (mu.square() + logvar.exp() - logvar - 1).sum(dim=1)  # (B,)
        return (y + x).mean(dim=-1), y.mean(dim=-1), x.mean(dim=-1)


class Evaluate(nn.Module):
    """The negative of the bound over a whole split, in nats for each image."""

    def __init__(self, encoder: nn.Module, decoder: nn.Module) -> None:
        super().__init__()
        self.encoder = encoder
        self.decoder = decoder
        self.mean_bound = MeanMetric()
        self.mean_divergence = MeanMetric()

    def forward(self, image: Tensor) -> None:
        x = torch.flatten(image, 1)
        mu, logvar = self.encoder(x)
        y = mu + (0.5 * logvar).exp() * torch.randn_like(mu)
        y = F.binary_cross_entropy(self.decoder(y), x, reduction="none")  # (B, 784)
        x = 0.5 * (mu.square() + logvar.exp() - logvar - 1).sum(dim=1)  # (B,)
        self.mean_bound.update(y.sum(dim=1) + x)
        self.mean_divergence.update(x)

    def compute(self) -> dict[str, Tensor]:
        return {
            "bound": self.mean_bound.compute(),
            "divergence": self.mean_divergence.compute(),
        }

    def reset(self) -> None:
        self.mean_bound.reset()
        self.mean_divergence.reset()


class Rebuild(nn.Module):
    """Images, and what comes back from the middle of their clouds."""

    def __init__(self, encoder: nn.Module, decoder: nn.Module, size: int = 28) -> None:
        super().__init__()
        self.size = size
        self.encoder = encoder
        self.decoder = decoder

    def forward(self, image: Tensor) -> tuple[Tensor, Tensor]:
        mu, _ = self.encoder(torch.flatten(image, 1))
        return image, self.decoder(mu).reshape(-1, 1, self.size, self.size)


class Samples(nn.Module):
    """Images from points of the standard normal distribution."""

    def __init__(self, decoder: nn.Module, latent: int = 20, size: int = 28) -> None:
        super().__init__()
        self.latent = latent
        self.size = size
        self.decoder = decoder

    def forward(self, image: Tensor) -> Tensor:
        x = torch.randn(image.shape[0], self.latent, device=image.device)  # (B, latent)
        image = self.decoder(x).reshape(-1, 1, self.size, self.size)
        return image
