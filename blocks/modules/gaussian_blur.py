"""Blurring with a Gaussian window."""

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812


def gaussian_blur(x: Tensor, kernel_size: int, sigma: float) -> Tensor:
    """Soften maps (B, C, H, W), each channel by itself, with mirrored borders."""
    reach, channels = kernel_size // 2, x.shape[1]
    at = torch.arange(kernel_size, dtype=x.dtype, device=x.device) - reach
    window = (-0.5 * (at / sigma).square()).softmax(dim=0)
    across = window.expand(channels, 1, 1, kernel_size)
    x = F.pad(x, (reach, reach, reach, reach), mode="reflect")
    x = F.conv2d(x, across, groups=channels)
    return F.conv2d(x, across.transpose(2, 3), groups=channels)
