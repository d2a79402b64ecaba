"""Learnt numbers for offsets within a window of an image."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class WindowPositionBias(nn.Module):
    """A learnt number for each head and each offset between two places of a window, as
    in Swin: (heads, height * width, height * width), added to attention scores.
    """

    index: Tensor

    def __init__(self, window_size: tuple[int, int], num_heads: int) -> None:
        super().__init__()
        height, width = window_size
        offsets = (2 * height - 1) * (2 * width - 1)
        self.weight = nn.Parameter(torch.empty(offsets, num_heads))
        nn.init.trunc_normal_(self.weight, std=0.02)
        rows, columns = torch.meshgrid(
            torch.arange(height), torch.arange(width), indexing="ij"
        )
        places = torch.stack([rows.flatten(), columns.flatten()])
        down, right = places[:, :, None] - places[:, None, :]
        index = (down + height - 1) * (2 * width - 1) + right + width - 1
        self.register_buffer("index", index, persistent=False)

    def forward(self) -> Tensor:
        return self.weight[self.index].permute(2, 0, 1)
