"""Numbers as classes: equal steps between two bounds."""

from torch import Tensor


def binning(x: Tensor, bins: int, low: float = 0.0, high: float = 1.0) -> Tensor:
    """Give the step, from 0 to ``bins`` - 1, that each number falls into."""
    steps = (x - low) / (high - low) * bins
    return steps.floor().clamp(0, bins - 1).long()


def bin_centers(x: Tensor, bins: int, low: float = 0.0, high: float = 1.0) -> Tensor:
    """Give the middle of each step, of any shape."""
    return low + (x.float() + 0.5) * ((high - low) / bins)
