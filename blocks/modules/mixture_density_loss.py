"""The negative log-likelihood of a mixture of Gaussians."""

import math

from torch import Tensor


def mixture_density_loss(
    logits: Tensor, mean: Tensor, log_variance: Tensor, target: Tensor
) -> Tensor:
    """Give the surprise by each target in nats.

    logits (..., K), mean and log_variance (..., K, F), target (..., F) -> (...)
    """
    squares = (target.unsqueeze(-2) - mean).square() / log_variance.exp()
    parts = -0.5 * (squares + log_variance + math.log(2 * math.pi)).sum(dim=-1)
    return -(logits.log_softmax(dim=-1) + parts).logsumexp(dim=-1)
