"""GPT-2."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

__all__ = ["GPT2", "MLP", "Attention", "Block", "Transformer", "gpt2"]


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
    """Attention and a feed-forward net, each added to what came in.

    x (B, T, in_features) -> (B, T, in_features)
    """

    def __init__(
        self, in_features: int, width: int = 768, heads: int = 12, dropout: float = 0.1
    ) -> None:
        super().__init__()
        self.ln_1 = nn.LayerNorm(in_features)
        self.attn = Attention(in_features, width=width, heads=heads, dropout=dropout)
        self.ln_2 = nn.LayerNorm(in_features)
        self.mlp = MLP(in_features, width=width, dropout=dropout)

    def forward(self, x: Tensor) -> Tensor:
        y: Tensor = self.attn(self.ln_1(x))  # (B, T, width)
        y = x + y  # (B, T, in_features)
        x = self.mlp(self.ln_2(y))  # (B, T, width)
        return y + x  # (B, T, in_features)


class Transformer(nn.Module):
    """Embeddings of tokens and places, a tower of blocks, and a last norm.

    tokens (B, T) -> (B, T, width)
    """

    def __init__(
        self,
        vocabulary: int = 50257,
        context: int = 1024,
        layers: int = 12,
        width: int = 768,
        heads: int = 12,
        dropout: float = 0.1,
    ) -> None:
        super().__init__()
        self.wte = nn.Embedding(vocabulary, width)
        self.wpe = nn.Embedding(context, width)
        self.drop = nn.Dropout(dropout)
        self.h = nn.Sequential(
            *(
                Block(width, width=width, heads=heads, dropout=dropout)
                for _ in range(layers)
            )
        )
        self.ln_f = nn.LayerNorm(width)

    def forward(self, tokens: Tensor) -> Tensor:
        x = self.wpe(torch.arange(tokens.shape[1], device=tokens.device))  # (T, width)
        x = self.drop(self.wte(tokens) + x)  # (B, T, width)
        hidden: Tensor = self.ln_f(self.h(x))
        return hidden


class GPT2(nn.Module):
    """The transformer, and a head that is tied to its embedding of tokens.

    tokens (B, T) -> (B, T, vocabulary)
    """

    def __init__(
        self,
        vocabulary: int = 50257,
        context: int = 1024,
        layers: int = 12,
        width: int = 768,
        heads: int = 12,
        dropout: float = 0.1,
    ) -> None:
        super().__init__()
        self.layers = layers
        self.transformer = Transformer(
            vocabulary=vocabulary,
            context=context,
            layers=layers,
            width=width,
            heads=heads,
            dropout=dropout,
        )
        self.lm_head = nn.Linear(width, vocabulary, bias=False)
        self.lm_head.weight = self.transformer.wte.weight
        self.reset_parameters()

    def reset_parameters(self) -> None:
        for module in self.modules():
            if isinstance(module, nn.Linear | nn.Embedding):
                nn.init.normal_(module.weight, std=0.02)
        for module in self.modules():
            if isinstance(module, nn.Linear) and module.bias is not None:
                nn.init.zeros_(module.bias)
        for name, parameter in self.named_parameters():
            if name.endswith((".attn.c_proj.weight", ".mlp.c_proj.weight")):
                nn.init.normal_(parameter, std=0.02 / (2 * self.layers) ** 0.5)

    def forward(self, tokens: Tensor) -> Tensor:
        logits: Tensor = self.lm_head(self.transformer(tokens))  # (B, T, vocabulary)
        return logits


def gpt2(
    vocabulary: int = 50257,
    context: int = 1024,
    layers: int = 12,
    width: int = 768,
    heads: int = 12,
    dropout: float = 0.1,
) -> GPT2:
    """The gpt2 model with the values of the "paper" preset as defaults."""
    return GPT2(
        vocabulary=vocabulary,
        context=context,
        layers=layers,
        width=width,
        heads=heads,
        dropout=dropout,
    )
