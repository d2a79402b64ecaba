"""Training steps, evaluations and previews of Denoising autoencoder."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

__all__ = ["Clean", "Evaluate", "TrainStep"]


class MeanSquaredError(nn.Module):
    """Mean of (prediction - target)^2; with ``root``, the square root of that mean."""

    def __init__(self, root: bool = False) -> None:
        """Start with nothing added up."""
        super().__init__()
        self.root = root
        self.reset()

    def reset(self) -> None:
        """Forget what was added up."""
        self.total = 0.0
        self.count = 0

    def forward(self, prediction: Tensor, target: Tensor) -> Tensor:
        """Give the value for this batch alone."""
        mean = (prediction - target).square().float().mean()
        return mean.sqrt() if self.root else mean

    def update(self, prediction: Tensor, target: Tensor) -> None:
        """Add a batch."""
        squares = (prediction - target).square()
        self.total += squares.float().sum().item()
        self.count += squares.numel()

    def compute(self) -> Tensor:
        """Give the value for all batches; not a number before the first."""
        mean = torch.tensor(self.total) / self.count
        return mean.sqrt() if self.root else mean


class TrainStep(nn.Module):
    """Spoil an image, and compare what comes back with the clean one."""

    def __init__(self, denoising_autoencoder: nn.Module, noise: float = 0.5) -> None:
        super().__init__()
        self.noise = noise
        self.denoising_autoencoder = denoising_autoencoder

    def forward(self, image: Tensor) -> Tensor:
        x = (image + self.noise * torch.randn_like(image)).clamp(min=0.0, max=1.0)
        rebuilt, _ = self.denoising_autoencoder(x)
        return F.binary_cross_entropy(rebuilt, image)  # ()


class Evaluate(nn.Module):
    """Squared error of cleaned images, and of the noisy ones."""

    def __init__(self, denoising_autoencoder: nn.Module, noise: float = 0.5) -> None:
        super().__init__()
        self.noise = noise
        self.denoising_autoencoder = denoising_autoencoder
        self.error = MeanSquaredError()
        self.noisy = MeanSquaredError()

    def forward(self, image: Tensor) -> None:
        x = (image + self.noise * torch.randn_like(image)).clamp(min=0.0, max=1.0)
        rebuilt, _ = self.denoising_autoencoder(x)
        self.error.update(rebuilt, image)
        self.noisy.update(x, image)

    def compute(self) -> dict[str, Tensor]:
        return {"error": self.error.compute(), "noisy": self.noisy.compute()}

    def reset(self) -> None:
        self.error.reset()
        self.noisy.reset()


class Clean(nn.Module):
    """Images, their noisy selves, and what the net takes those for."""

    def __init__(self, denoising_autoencoder: nn.Module, noise: float = 0.5) -> None:
        super().__init__()
        self.noise = noise
        self.denoising_autoencoder = denoising_autoencoder

    def forward(self, image: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        noisy = (image + self.noise * torch.randn_like(image)).clamp(min=0.0, max=1.0)
        cleaned, _ = self.denoising_autoencoder(noisy)
        return image, noisy, cleaned
