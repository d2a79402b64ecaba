"""Ruling out all but the highest scores."""

import torch
from torch import Tensor


def top_k_filter(logits: Tensor, k: int) -> Tensor:
    """Set all but the k highest scores of each row to -inf: (..., C) -> (..., C)."""
    least = logits.topk(k, dim=-1).values[..., -1:]
    return logits.masked_fill(logits < least, -torch.inf)
