"""Coordinates as waves of doubling frequency."""

from __future__ import annotations

import math

import torch
from torch import Tensor


def frequency_encoding(
    x: Tensor, num_frequencies: int, include_input: bool = True
) -> Tensor:
    """sin(2^k pi x), cos(2^k pi x) for k below ``num_frequencies``, after x itself."""
    waves = [x] if include_input else []
    for k in range(num_frequencies):
        waves += [torch.sin(2**k * math.pi * x), torch.cos(2**k * math.pi * x)]
    return torch.cat(waves, dim=-1)
