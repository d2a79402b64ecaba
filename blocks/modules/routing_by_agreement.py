"""Capsules that decide among themselves where their votes go."""

from __future__ import annotations

import torch
from torch import Tensor


def routing_by_agreement(votes: Tensor, iterations: int = 3) -> Tensor:
    """Sum the votes (B, I, O, E) over I into capsules (B, O, E), three times or so.

    A vote counts the more, the better it agreed with the capsule of the round before;
    how each of the I capsules divides its votes among the O ones adds up to 1. Only
    the last round is learnt through.
    """
    known = votes.detach()
    logits = votes.new_zeros(votes.shape[:3])
    for _ in range(iterations - 1):
        capsules = _capsules(known, logits)
        logits = logits + (known * capsules.unsqueeze(1)).sum(-1)
    return _capsules(votes, logits)


def _capsules(votes: Tensor, logits: Tensor) -> Tensor:
    total = (logits.softmax(dim=2).unsqueeze(-1) * votes).sum(1)
    squared = total.square().sum(-1, keepdim=True)
    return total * (squared / (1 + squared)) / torch.sqrt(squared + 1e-8)
