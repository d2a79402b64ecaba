"""Draws from an energy-based model."""

import torch
from torch import Tensor, nn


def langevin_dynamics(
    model: nn.Module, x: Tensor, count: int, step: float, noise: float
) -> Tensor:
    """Step down the energy's gradient ``count`` times, each time with fresh noise.

    Neither the start nor the model's parameters get gradients of it.
    """
    x = x.detach()
    for _ in range(count):
        with torch.enable_grad():
            x = x.requires_grad_().clone()  # no leaf: flop counters refuse those
            (gradient,) = torch.autograd.grad(model(x).sum(), x)
        x = (x - step * gradient).detach()
        if noise > 0:
            x = x + noise * torch.randn_like(x)
    return x
