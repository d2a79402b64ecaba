"""Normalisation of images by fixed numbers."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn


class NormalizeImage(nn.Module):
    """Take a mean off every channel of images and divide by a standard deviation."""

    mean: Tensor
    std: Tensor

    def __init__(self, mean: Sequence[float], std: Sequence[float]) -> None:
        super().__init__()
        for name, values in (("mean", mean), ("std", std)):
            channels = torch.tensor(values).view(-1, 1, 1)
            self.register_buffer(name, channels, persistent=False)

    def forward(self, x: Tensor) -> Tensor:
        """Shapes: (B, C, H, W) in and out."""
        return (x - self.mean) / self.std
