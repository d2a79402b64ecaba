"""Training steps, evaluations and previews of Convolutional autoencoder."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

__all__ = ["Evaluate", "Rebuild", "TrainStep"]


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
    """How far what comes back is from the image, pixel by pixel."""

    def __init__(self, autoencoder_conv: nn.Module) -> None:
        super().__init__()
        self.autoencoder_conv = autoencoder_conv

    def forward(self, image: Tensor) -> Tensor:
        rebuilt, _ = self.autoencoder_conv(image)
        return F.binary_cross_entropy(rebuilt, image)  # ()


class Evaluate(nn.Module):
    """Squared difference of images and what comes back, over a whole split."""

    def __init__(self, autoencoder_conv: nn.Module) -> None:
        super().__init__()
        self.autoencoder_conv = autoencoder_conv
        self.error = MeanSquaredError()

    def forward(self, image: Tensor) -> None:
        rebuilt, _ = self.autoencoder_conv(image)
        self.error.update(rebuilt, image)

    def compute(self) -> dict[str, Tensor]:
        return {"error": self.error.compute()}

    def reset(self) -> None:
        self.error.reset()


class Rebuild(nn.Module):
    """Images, and what comes back through the code."""

    def __init__(self, autoencoder_conv: nn.Module) -> None:
        super().__init__()
        self.autoencoder_conv = autoencoder_conv

    def forward(self, image: Tensor) -> tuple[Tensor, Tensor]:
        rebuilt, _ = self.autoencoder_conv(image)
        return image, rebuilt
