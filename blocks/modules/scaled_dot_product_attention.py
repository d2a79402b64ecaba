"""Attention whose dropout is on in training only."""

from __future__ import annotations

import torch.nn.functional as F  # noqa: N812
from torch import Tensor, nn


class ScaledDotProductAttention(nn.Module):
    """softmax(query @ key.T * scale + mask) @ value, with dropout on the softmax while
    training.
    """

    def __init__(
        self, dropout: float, is_causal: bool = False, scale: float | None = None
    ) -> None:
        super().__init__()
        self.dropout = dropout
        self.is_causal = is_causal
        self.scale = scale

    def forward(
        self, query: Tensor, key: Tensor, value: Tensor, attn_mask: Tensor | None = None
    ) -> Tensor:
        return F.scaled_dot_product_attention(
            query,
            key,
            value,
            attn_mask=attn_mask,
            dropout_p=self.dropout if self.training else 0.0,
            is_causal=self.is_causal,
            scale=self.scale,
        )
