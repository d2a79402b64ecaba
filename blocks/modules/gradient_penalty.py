"""What a critic's slope costs."""

import torch
from torch import Tensor, nn


def between(real: Tensor, fake: Tensor) -> Tensor:
    """Mix each real example with a made one, in a share drawn for each pair."""
    share = torch.rand(len(real), *[1] * (real.dim() - 1)).to(real)
    return real + share * (fake - real)


def gradient_penalty(model: nn.Module, x: Tensor, slope: float) -> Tensor:
    """Give (|gradient of the model at x| - slope)² for each example: (B, ...) -> (B,).

    Its own gradient reaches the model's parameters.
    """
    with torch.enable_grad():
        x = x.detach().requires_grad_().clone()  # no leaf: flop counters refuse those
        scores = model(x).sum()
        (gradient,) = torch.autograd.grad(scores, x, create_graph=True)
    slopes: Tensor = torch.linalg.vector_norm(gradient.flatten(1), dim=1)
    return (slopes - slope).square()
