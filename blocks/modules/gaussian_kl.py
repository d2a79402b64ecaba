"""The divergence of two Gaussians."""

from torch import Tensor


def gaussian_kl(
    mean: Tensor, log_variance: Tensor, other_mean: Tensor, other_log_variance: Tensor
) -> Tensor:
    """Give the divergence of the first from the second, in nats: (B, ...) -> (B,)."""
    spread = log_variance.exp() + (mean - other_mean).square()
    ratio = spread / other_log_variance.exp()
    terms = other_log_variance - log_variance + ratio - 1
    return 0.5 * terms.flatten(1).sum(dim=1)
