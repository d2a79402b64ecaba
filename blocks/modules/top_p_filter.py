"""Ruling out what is not in the nucleus of a distribution."""

import torch
from torch import Tensor


def top_p_filter(logits: Tensor, p: float) -> Tensor:
    """Keep the likeliest classes up to probability p together, the likeliest always.

    All other scores become -inf: (..., C) -> (..., C).
    """
    ordered, order = logits.sort(dim=-1, descending=True)
    chances = ordered.softmax(dim=-1)
    before = chances.cumsum(dim=-1) - chances
    outside = before >= p
    outside[..., :1] = False
    return logits.masked_fill(outside.gather(-1, order.argsort(dim=-1)), -torch.inf)
