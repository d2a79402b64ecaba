"""The loss of capsule networks."""

from torch import Tensor
from torch.nn import functional as F  # noqa: N812


def margin_loss(
    lengths: Tensor, target: Tensor, present: float, absent: float, weight: float
) -> Tensor:
    """Give the loss of each example: (B, C), (B,) -> (B,)."""
    right = F.one_hot(target, lengths.shape[1]).to(lengths)
    short = F.relu(present - lengths).square()
    long = F.relu(lengths - absent).square()
    return (right * short + weight * (1 - right) * long).sum(dim=1)
