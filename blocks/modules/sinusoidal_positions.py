"""The Transformer's fixed table of positions."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class SinusoidalPositions(nn.Module):
    """Adds sines and cosines of falling frequency, so that each position is marked and
    each distance is a rotation.

    table[t, 2i] = sin(t / base^(2i / features)), table[t, 2i + 1] = cos of the same.
    The table is computed, never learnt, and so it is no part of the state.
    """

    table: Tensor

    def __init__(
        self, features: int, max_length: int = 5000, base: float = 10000.0
    ) -> None:
        super().__init__()
        position = torch.arange(max_length, dtype=torch.float32).unsqueeze(1)
        frequency = base ** (
            -torch.arange(0, features, 2, dtype=torch.float32) / features
        )
        table = torch.zeros(max_length, features)
        table[:, 0::2] = torch.sin(position * frequency)
        table[:, 1::2] = torch.cos(position * frequency[: features // 2])
        self.register_buffer("table", table, persistent=False)

    def forward(self, x: Tensor) -> Tensor:
        return x + self.table[: x.shape[-2]]
