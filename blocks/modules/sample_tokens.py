"""Writing by drawing among the likely tokens."""

from __future__ import annotations

import torch
from torch import Tensor, nn


def sample_tokens(
    model: nn.Module,
    tokens: Tensor,
    *given: Tensor,
    count: int,
    end: int | None = None,
    temperature: float = 1.0,
    top_k: int | None = None,
    top_p: float = 1.0,
) -> Tensor:
    """Append ``count`` tokens drawn by the model's scores: (B, T) -> (B, T + count).

    Drawn are only the ``top_k`` likeliest, and of these only the likeliest up to
    probability ``top_p`` together. A row that has come to ``end`` is filled up with it.
    """
    done = torch.zeros(len(tokens), 1, dtype=torch.bool, device=tokens.device)
    for _ in range(count):
        logits: Tensor = model(tokens, *given)[:, -1] / temperature  # (B, C)
        ordered, order = logits.sort(dim=-1, descending=True)
        chances = ordered[:, :top_k].softmax(dim=-1)
        outside = chances.cumsum(dim=-1) - chances >= top_p
        outside[:, 0] = False
        place = torch.multinomial(chances.masked_fill(outside, 0), 1)
        following = order.gather(1, place)
        if end is not None:
            following = following.masked_fill(done, end)
            done = done | (following == end)
        tokens = torch.cat([tokens, following], dim=1)
    return tokens
