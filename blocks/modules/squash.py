"""A capsule's length as a probability."""

from __future__ import annotations

import torch
from torch import Tensor


def squash(x: Tensor, dim: int = -1) -> Tensor:
    """Keep a vector's direction and bring its length to n^2 / (1 + n^2), below 1."""
    squared = x.square().sum(dim, keepdim=True)
    return x * (squared / (1 + squared)) / torch.sqrt(squared + 1e-8)
