"""A penalty on distance, which is added to attention scores."""

from __future__ import annotations

import math

import torch
from torch import Tensor


def linear_position_bias(query: Tensor, key: Tensor, heads: int) -> Tensor:
    """-slope * |i - j| for each head, (heads, L, S).

    Slopes fall geometrically from head to head, from 2^(-8/heads) for powers of two;
    the other numbers of heads take those that lie between.
    """
    whole = 2 ** math.floor(math.log2(heads))
    powers = [-8 * (head + 1) / whole for head in range(whole)]
    powers += [-4 * (2 * head + 1) / whole for head in range(heads - whole)]
    slopes = query.new_tensor([2**power for power in powers])
    rows = torch.arange(query.shape[-2], device=query.device)[:, None]
    columns = torch.arange(key.shape[-2], device=query.device)[None, :]
    return -slopes[:, None, None] * (rows - columns).abs()
