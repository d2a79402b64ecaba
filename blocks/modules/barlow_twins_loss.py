"""The loss of Barlow Twins."""

from torch import Tensor
from torch.nn import functional as F  # noqa: N812


def barlow_twins_loss(first: Tensor, second: Tensor, weight: float) -> Tensor:
    """Give how far the correlation of two views' features is from the identity.

    (B, F), (B, F) -> scalar; features are standardised over the batch.
    """
    one = F.batch_norm(first, None, None, training=True)
    other = F.batch_norm(second, None, None, training=True)
    correlation = one.T @ other / len(first)  # (F, F)
    own = correlation.diagonal()
    others = correlation.square().sum() - own.square().sum()
    return (1 - own).square().sum() + weight * others
