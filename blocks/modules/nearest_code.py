"""Vector quantisation."""

from torch import Tensor


def nearest_code(x: Tensor, codebook: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Replace vectors (..., F) by the nearest rows of a codebook (K, F).

    Returns the rows twice, once with a gradient that goes straight through to ``x``
    and once with one that goes to the codebook, and their numbers (...).
    """
    # |x - e|^2 without |x|^2, which is the same for every row
    distances = codebook.square().sum(dim=1) - 2 * x @ codebook.T
    index = distances.argmin(dim=-1)
    codes = codebook[index]
    return x + (codes - x).detach(), codes, index
