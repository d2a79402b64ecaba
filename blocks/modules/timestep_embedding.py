"""A number, such as the step of a diffusion, as waves of falling frequency."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor


def timestep_embedding(
    t: Tensor,
    embedding_dim: int,
    max_period: float = 10000.0,
    shift: float = 0.0,
    cosine_first: bool = False,
) -> Tensor:
    """sin(t w_i) and cos(t w_i), w_i = max_period^(-i / (half - shift)): (B) to (B, E).

    An odd ``embedding_dim`` ends with a zero.
    """
    half = embedding_dim // 2
    steps = torch.arange(half, dtype=torch.float32, device=t.device)
    frequencies = torch.exp(-math.log(max_period) * steps / (half - shift))
    phase = t.float()[:, None] * frequencies[None, :]
    waves = [phase.sin(), phase.cos()]
    if cosine_first:
        waves.reverse()
    return F.pad(torch.cat(waves, dim=-1), (0, embedding_dim % 2))
