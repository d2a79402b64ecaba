"""The loss of Siamese networks."""

from torch import Tensor
from torch.nn import functional as F  # noqa: N812


def contrastive_loss(
    first: Tensor, second: Tensor, target: Tensor, margin: float
) -> Tensor:
    """Give the loss of each pair: (B, F), (B, F), (B,) -> (B,).

    Pairs whose target is 1 cost their squared distance; those whose target is 0 cost
    the square of what is missing to the margin.
    """
    distance = F.pairwise_distance(first, second)
    apart = F.relu(margin - distance)
    return target * distance.square() + (1 - target) * apart.square()
