"""Writing the likeliest token each time."""

from __future__ import annotations

import torch
from torch import Tensor, nn


def greedy_search(
    model: nn.Module, tokens: Tensor, *given: Tensor, count: int, end: int | None = None
) -> Tensor:
    """Append the likeliest token ``count`` times: (B, T) -> (B, T + count).

    The model is called with the tokens so far and with what else is given. A row that
    has come to ``end`` is filled up with it.
    """
    done = torch.zeros(len(tokens), 1, dtype=torch.bool, device=tokens.device)
    for _ in range(count):
        following = model(tokens, *given)[:, -1].argmax(dim=-1, keepdim=True)  # (B, 1)
        if end is not None:
            following = following.masked_fill(done, end)
            done = done | (following == end)
        tokens = torch.cat([tokens, following], dim=1)
    return tokens
