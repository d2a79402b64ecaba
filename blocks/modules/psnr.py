"""How far noise lies below the signal."""

import torch
from torch import Tensor, nn


class PSNR(nn.Module):
    """10 · log10(range² / mean squared error), in decibels.

    Of each image, averaged; or, without ``per_image``, of all errors together.
    """

    def __init__(self, range: float = 1.0, per_image: bool = True) -> None:
        """Start with nothing added up."""
        super().__init__()
        self.range = range
        self.per_image = per_image
        self.reset()

    def reset(self) -> None:
        """Forget what was added up."""
        self.total = 0.0
        self.count = 0

    def forward(self, prediction: Tensor, target: Tensor) -> Tensor:
        """Give the value for this batch alone."""
        values = self._values(prediction, target).mean()
        return values if self.per_image else self._decibels(values)

    def update(self, prediction: Tensor, target: Tensor) -> None:
        """Add a batch."""
        values = self._values(prediction, target)
        self.total += values.sum().item()
        self.count += values.numel()

    def compute(self) -> Tensor:
        """Give the value for all batches; not a number before the first."""
        mean = torch.tensor(self.total) / self.count
        return mean if self.per_image else self._decibels(mean)

    def _values(self, prediction: Tensor, target: Tensor) -> Tensor:
        """Give each image's decibels, or its mean squared error."""
        squares = (prediction.float() - target.float()).square()
        errors = squares.flatten(1).mean(dim=1)
        return self._decibels(errors) if self.per_image else errors

    def _decibels(self, error: Tensor) -> Tensor:
        return 10 * (self.range**2 / error).log10()
