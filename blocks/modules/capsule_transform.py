"""What each capsule expects of each capsule above it."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class CapsuleTransform(nn.Module):
    """votes[i, o] = weight[i, o] x[i]: (B, I, D) to (B, I, O, E), a matrix each."""

    def __init__(
        self, in_capsules: int, in_features: int, out_capsules: int, out_features: int
    ) -> None:
        super().__init__()
        shape = (in_capsules, out_capsules, out_features, in_features)
        self.weight = nn.Parameter(torch.randn(shape) * 0.01)

    def forward(self, x: Tensor) -> Tensor:
        return torch.einsum("ioed,bid->bioe", self.weight, x)
