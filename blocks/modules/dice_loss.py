"""The loss of overlap."""

from torch import Tensor


def dice_loss(probabilities: Tensor, target: Tensor, smoothing: float) -> Tensor:
    """Give one minus the overlap of each class: (B, C, ...), (B, C, ...) -> (B, C)."""
    given, true = probabilities.flatten(2), target.flatten(2)
    both = (given * true).sum(dim=2)
    either = given.sum(dim=2) + true.sum(dim=2)
    return 1 - (2 * both + smoothing) / (either + smoothing)
