"""How much neighbouring pixels differ."""

from torch import Tensor


def total_variation(images: Tensor) -> Tensor:
    """Sum the differences of neighbours in each image: (B, C, H, W) -> (B,)."""
    rows = images.diff(dim=2).abs().sum(dim=(1, 2, 3))
    columns = images.diff(dim=3).abs().sum(dim=(1, 2, 3))
    return rows + columns
