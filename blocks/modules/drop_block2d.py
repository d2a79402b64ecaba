"""DropBlock for feature maps."""

from __future__ import annotations

import torch.nn.functional as F  # noqa: N812
from torch import Tensor, nn


class DropBlock2d(nn.Module):
    """Zeroes squares of each map (B, C, H, W) in training, a share p of it in all."""

    def __init__(self, p: float, block_size: int) -> None:
        super().__init__()
        self.p = p
        self.block_size = block_size

    def forward(self, x: Tensor) -> Tensor:
        if not self.training or self.p == 0:
            return x
        size = self.block_size
        height, width = x.shape[-2] - size + 1, x.shape[-1] - size + 1
        positions = x.shape[-2] * x.shape[-1]
        chance = min(1.0, self.p * positions / (size**2 * height * width))
        centres = x.new_empty(*x.shape[:2], height, width).bernoulli_(chance)
        dropped = F.max_pool2d(F.pad(centres, [size // 2] * 4), size, 1, size // 2)
        mask = 1 - dropped
        return x * mask * (mask.numel() / mask.sum().clamp(min=1))

    def extra_repr(self) -> str:
        return f"p={self.p}, block_size={self.block_size}"
