"""Cross-entropy that counts easy answers less."""

from torch import Tensor
from torch.nn import functional as F  # noqa: N812


def focal_loss(logits: Tensor, target: Tensor, gamma: float, alpha: float) -> Tensor:
    """Give the loss of each yes-or-no answer, in the shape of the logits."""
    surprise = F.binary_cross_entropy_with_logits(logits, target, reduction="none")
    easy = logits.sigmoid()
    right = easy * target + (1 - easy) * (1 - target)
    weight = alpha * target + (1 - alpha) * (1 - target)
    return weight * (1 - right) ** gamma * surprise
