"""GPT."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

__all__ = ["GPT", "MLP", "Attention", "Block", "Transformer", "gpt"]


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


class Attention(nn.Module):
    """Each place looks back at those before it.

    x (B, T, in_features) -> (B, T, width)
    """

    def __init__(
        self, in_features: int, width: int = 768, heads: int = 12, dropout: float = 0.1
    ) -> None:
        super().__init__()
        self.heads = heads
        self.c_attn = nn.Linear(in_features, width * 3)
        self.attention = ScaledDotProductAttention(dropout, is_causal=True)
        self.c_proj = nn.Linear(width, width)
        self.drop = nn.Dropout(dropout)

    def forward(self, x: Tensor) -> Tensor:
        q, k, v = self.c_attn(x).chunk(3, dim=-1)
        q = q.reshape(*q.shape[:2], self.heads, -1).transpose(1, 2)
        k = k.reshape(*k.shape[:2], self.heads, -1).transpose(1, 2)
        v = v.reshape(*v.shape[:2], self.heads, -1).transpose(1, 2)
        x = self.attention(q, k, v).transpose(1, 2).flatten(2)  # (B, T, width)
        x = self.drop(self.c_proj(x))
        return x


class MLP(nn.Module):
    """Each place by itself: four times as wide, a bend, and back.

    x (B, T, in_features) -> (B, T, width)
    """

    def __init__(
        self, in_features: int, width: int = 768, dropout: float = 0.1
    ) -> None:
        super().__init__()
        self.c_fc = nn.Linear(in_features, width * 4)
        self.c_proj = nn.Linear(width * 4, width)
        self.drop = nn.Dropout(dropout)

    def forward(self, x: Tensor) -> Tensor:
        x = self.c_proj(F.gelu(self.c_fc(x), approximate="tanh"))  # (B, T, width)
        x = self.drop(x)
        return x


class Block(nn.Module):
    """Attention and a feed-forward net; each sum is normalised.

    x (B, T, in_features) -> (B, T, in_features)
    """

    def __init__(
        self, in_features: int, width: int = 768, heads: int = 12, dropout: float = 0.1
    ) -> None:
        super().__init__()
        self.attn = Attention(in_features, width=width, heads=heads, dropout=dropout)
        self.ln_1 = nn.LayerNorm(in_features)
        self.mlp = MLP(in_features, width=width, dropout=dropout)
        self.ln_2 = nn.LayerNorm(in_features)

    def forward(self, x: Tensor) -> Tensor:
        x = self.ln_1(x + self.attn(x))
        x = self.ln_2(x + self.mlp(x))
        return x


class Transformer(nn.Module):
    """Embeddings of tokens and places, and a tower of blocks.

    tokens (B, T) -> (B, T, width)
    """

    def __init__(
        self,
        vocabulary: int = 40478,
        context: int = 512,
        layers: int = 12,
        width: int = 768,
        heads: int = 12,
        dropout: float = 0.1,
    ) -> None:
        super().__init__()
        self.tokens_embed = nn.Embedding(vocabulary, width)
        self.positions_embed = nn.Embedding(context, width)
        self.drop = nn.Dropout(dropout)
        self.h = nn.Sequential(
            *(
                Block(width, width=width, heads=heads, dropout=dropout)
                for _ in range(layers)
            )
        )

    def forward(self, tokens: Tensor) -> Tensor:
        x = torch.arange(tokens.shape[1], device=tokens.device)  # (T,)
        x = self.drop(self.tokens_embed(tokens) + self.positions_embed(x))
        hidden: Tensor = self.h(x)
        return hidden


class GPT(nn.Module):
    """The transformer, and a head that is tied to its embedding of tokens.

    tokens (B, T) -> (B, T, vocabulary)
    """

    def __init__(
        self,
        vocabulary: int = 40478,
        context: int = 512,
        layers: int = 12,
        width: int = 768,
        heads: int = 12,
        dropout: float = 0.1,
    ) -> None:
        super().__init__()
        self.transformer = Transformer(
            vocabulary=vocabulary,
            context=context,
            layers=layers,
            width=width,
            heads=heads,
            dropout=dropout,
        )
        self.lm_head = nn.Linear(width, vocabulary, bias=False)
        self.lm_head.weight = self.transformer.tokens_embed.weight
        self.reset_parameters()

    def reset_parameters(self) -> None:
        for module in self.modules():
            if isinstance(module, nn.Linear | nn.Embedding):
                nn.init.normal_(module.weight, std=0.02)
        for module in self.modules():
            if isinstance(module, nn.Linear) and module.bias is not None:
                nn.init.zeros_(module.bias)

    def forward(self, tokens: Tensor) -> Tensor:
        logits: Tensor = self.lm_head(self.transformer(tokens))  # (B, T, vocabulary)
        return logits


def gpt(
    vocabulary: int = 40478,
    context: int = 512,
    layers: int = 12,
    width: int = 768,
    heads: int = 12,
    dropout: float = 0.1,
) -> GPT:
    """The gpt model with the values of the "paper" preset as defaults."""
    return GPT(
        vocabulary=vocabulary,
        context=context,
        layers=layers,
        width=width,
        heads=heads,
        dropout=dropout,
    )
