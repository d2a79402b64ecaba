"""nn.LPPool3d."""

from __future__ import annotations

from dataclasses import dataclass

from blocks.pooling._lp import LPPool
from blocks.pooling._pooling import stride_field, window_field


@dataclass(frozen=True, kw_only=True)
class LPPool3d(LPPool):
    """The p-norm of each window, channel by channel: between a sum and a maximum.

    y = (sum over the window of x^p)^(1/p), p being the power.
    Shapes: B×C×D×H×W → B×C×D'×H'×W', each size n becoming floor((n - window) / stride) + 1, rounded up where asked for.
    Source: Sermanet et al., Convolutional neural networks applied to house numbers digit classification, 2012;
    as torch.nn.LPPool3d.
    """

    dims = 3
    fits_unpadded = True
    synonyms = ("power average pooling", "l2 pooling", "generalised mean", "subsampling", "downsampling")

    kernel_size: int | tuple[int, ...] = window_field(3)
    stride: int | tuple[int, ...] | None = stride_field(3)
