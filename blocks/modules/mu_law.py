"""Sound in classes, finer where it is quiet: the µ-law of telephony."""

import math

from torch import Tensor


def mu_law_encode(x: Tensor, channels: int = 256) -> Tensor:
    """Give classes from 0 to ``channels`` - 1 for samples from -1 to 1."""
    mu = channels - 1
    squeezed = x.sign() * (mu * x.abs()).log1p() / math.log1p(mu)
    return ((squeezed + 1) / 2 * mu + 0.5).clamp(0, mu).long()


def mu_law_decode(x: Tensor, channels: int = 256) -> Tensor:
    """Give samples from -1 to 1 for classes from 0 to ``channels`` - 1."""
    mu = channels - 1
    squeezed = 2 * x.float() / mu - 1
    return squeezed.sign() * (squeezed.abs() * math.log1p(mu)).expm1() / mu
