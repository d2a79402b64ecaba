"""The logarithm of the hyperbolic cosine."""

import math

from torch import Tensor
from torch.nn import functional as F  # noqa: N812


def log_cosh(x: Tensor) -> Tensor:
    """Give log cosh(x) element by element, without the overflow of cosh."""
    size = x.abs()
    return size + F.softplus(-2 * size) - math.log(2)
