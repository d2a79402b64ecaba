"""Positions as rotations of queries and keys."""

from __future__ import annotations

import torch
from torch import Tensor


def rotary_positions(
    x: Tensor,
    positions: Tensor | None = None,
    base: float = 10000.0,
    pairs: str = "halves",
) -> Tensor:
    """Turn each pair of features of x (..., T, E) by an angle that grows with t.

    The angle of pair i is t / base^(2i / E), so that a query's product with a key
    depends on how far apart they are. ``pairs``: "halves" pairs feature i with
    i + E/2, "neighbours" 2i with 2i + 1.
    """
    length, features = x.shape[-2:]
    if positions is None:
        positions = torch.arange(length, device=x.device)
    steps = torch.arange(0, features, 2, device=x.device, dtype=torch.float32)
    angles = positions.to(torch.float32)[:, None] * base ** (-steps / features)
    cos, sin = angles.cos().to(x.dtype), angles.sin().to(x.dtype)
    if pairs == "halves":
        first, second = x.chunk(2, dim=-1)
        turned = (first * cos - second * sin, second * cos + first * sin)
        return torch.cat(turned, dim=-1)
    first, second = x[..., 0::2], x[..., 1::2]
    turned = (first * cos - second * sin, second * cos + first * sin)
    return torch.stack(turned, dim=-1).flatten(-2)
