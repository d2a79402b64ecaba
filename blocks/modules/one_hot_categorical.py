"""Draws of one-hot vectors."""

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812


def one_hot_sample(logits: Tensor) -> Tensor:
    """Draw a one-hot vector for each row of scores: (..., C) -> (..., C)."""
    classes = logits.shape[-1]
    chances = logits.softmax(dim=-1).reshape(-1, classes)
    drawn = torch.multinomial(chances, 1).reshape(logits.shape[:-1])
    return F.one_hot(drawn, classes).to(logits)


def one_hot_straight_through(logits: Tensor) -> Tensor:
    """Draw one-hot vectors whose gradient is that of the softmax."""
    chances = logits.softmax(dim=-1)
    return one_hot_sample(logits) + (chances - chances.detach())
