"""Learnt numbers for distances, which are added to attention scores."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn


class RelativePositionBias(nn.Module):
    """A learnt number for each head and each range of distances, as in T5.

    Half of the ranges hold one distance each, the others grow as logarithms do up to
    ``max_distance``. Gives (heads, L, S) for queries and keys of lengths L and S.
    """

    def __init__(
        self,
        num_buckets: int,
        num_heads: int,
        max_distance: int = 128,
        bidirectional: bool = True,
    ) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(num_buckets, num_heads))
        self.max_distance = max_distance
        self.bidirectional = bidirectional

    def forward(self, query: Tensor, key: Tensor) -> Tensor:
        device = self.weight.device
        rows = torch.arange(query.shape[-2], device=device)[:, None]
        columns = torch.arange(key.shape[-2], device=device)[None, :]
        return self.weight[self.bucket(columns - rows)].permute(2, 0, 1)

    def bucket(self, offset: Tensor) -> Tensor:
        """The range that each offset (key minus query) lies in."""
        buckets = self.weight.shape[0]
        start = torch.zeros_like(offset)
        if self.bidirectional:
            buckets //= 2
            start = (offset > 0) * buckets
            distance = offset.abs()
        else:
            distance = (-offset).clamp(min=0)
        exact = buckets // 2
        ratio = distance.clamp(min=1).float() / exact
        growth = ratio.log() / math.log(self.max_distance / exact)
        far = exact + (growth * (buckets - exact)).long()
        far = far.clamp(max=buckets - 1)
        return start + torch.where(distance < exact, distance, far)
