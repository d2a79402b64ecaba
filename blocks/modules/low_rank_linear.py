"""A fully connected layer that is adapted by a product of two thin matrices."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn


class LowRankLinear(nn.Linear):
    """nn.Linear whose weight is frozen, plus (alpha / rank) * B A, which is learnt.

    B starts as zeros, so that the layer starts as it was.
    """

    def __init__(
        self,
        in_features: int,
        out_features: int,
        rank: int,
        alpha: float = 1.0,
        bias: bool = True,
    ) -> None:
        super().__init__(in_features, out_features, bias)
        self.scale = alpha / rank
        self.lora_A = nn.Parameter(torch.empty(rank, in_features))
        self.lora_B = nn.Parameter(torch.zeros(out_features, rank))
        nn.init.kaiming_uniform_(self.lora_A, a=math.sqrt(5))
        self.weight.requires_grad_(False)

    def forward(self, input: Tensor) -> Tensor:
        change = input @ self.lora_A.T @ self.lora_B.T
        return super().forward(input) + self.scale * change
