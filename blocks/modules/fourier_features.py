"""Coordinates as waves of random frequency."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn


class FourierFeatures(nn.Module):
    """cos(2 pi B x) and sin(2 pi B x), B drawn once from a normal distribution.

    Networks learn fine detail from them that they miss in plain coordinates. ``weight``
    is B; it is kept, not learnt.
    """

    weight: Tensor

    def __init__(
        self, in_features: int, num_frequencies: int, scale: float = 1.0
    ) -> None:
        super().__init__()
        frequencies = torch.randn(num_frequencies, in_features) * scale
        self.register_buffer("weight", frequencies)

    def forward(self, x: Tensor) -> Tensor:
        phase = 2 * math.pi * x @ self.weight.T
        return torch.cat([phase.cos(), phase.sin()], dim=-1)
