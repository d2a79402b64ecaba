"""Self-attention."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

__all__ = ["Mask", "SelfAttention", "self_attention"]


class Mask(nn.Module):
    """Scores of what stands to the right become minus infinity: their weights are
    zero.
    """

    def forward(self, scores: Tensor) -> Tensor:
        x = torch.ones(
            scores.shape[-1], scores.shape[-1], dtype=torch.bool, device=scores.device
        ).triu(1)
        return scores.masked_fill(x, -torch.inf)


class SelfAttention(nn.Module):
    """Every place gathers from all places what fits its question.

    x (B, T, in_features) -> output (B, T, in_features), weights (B, heads, T, T)
    """

    def __init__(
        self,
        in_features: int,
        heads: int = 4,
        causal: bool = False,
        dropout: float = 0.0,
    ) -> None:
        super().__init__()
        self.in_features = in_features
        self.heads = heads
        self.in_proj_weight = nn.Parameter(torch.zeros(in_features * 3, in_features))
        self.in_proj_bias = nn.Parameter(torch.zeros(in_features * 3))
        self.mask: nn.Module = nn.Identity()
        if causal:
            self.mask = Mask()
        self.dropout = nn.Dropout(dropout)
        self.out_proj = nn.Linear(in_features, in_features)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        nn.init.xavier_uniform_(self.in_proj_weight)
        nn.init.zeros_(self.out_proj.bias)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        x = x @ self.in_proj_weight.transpose(0, 1) + self.in_proj_bias
        q, k, v = x.chunk(3, dim=-1)
        k = k.reshape(*k.shape[:2], self.heads, -1).transpose(1, 2)
        q = q.reshape(*q.shape[:2], self.heads, -1).transpose(1, 2)
        x = q @ k.transpose(-2, -1) * (self.in_features // self.heads) ** -0.5
        weights = F.softmax(self.mask(x), dim=-1)
        v = v.reshape(*v.shape[:2], self.heads, -1).transpose(1, 2)
        x = (self.dropout(weights) @ v).transpose(1, 2).flatten(2)
        return self.out_proj(x), weights


def self_attention(
    width: int = 64, heads: int = 4, causal: bool = False, dropout: float = 0.0
) -> SelfAttention:
    """The self_attention model with the values of the "paper" preset as defaults."""
    return SelfAttention(width, heads=heads, causal=causal, dropout=dropout)
