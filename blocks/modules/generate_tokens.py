"""Writing with a model that says which token comes next."""

from __future__ import annotations

import torch
from torch import Tensor, nn


def generate_tokens(
    model: nn.Module, tokens: Tensor, count: int, context: int, temperature: float
) -> Tensor:
    """Append ``count`` tokens, each drawn by the scores that the model gives to the
    last ``context`` of them.

    tokens (B, T) -> (B, T + count); temperature 0 takes the likeliest.
    """
    for _ in range(count):
        logits: Tensor = model(tokens[:, -context:])[:, -1]  # (B, C)
        if temperature == 0:
            following = logits.argmax(dim=-1, keepdim=True)
        else:
            following = torch.multinomial((logits / temperature).softmax(dim=-1), 1)
        tokens = torch.cat([tokens, following], dim=1)
    return tokens
