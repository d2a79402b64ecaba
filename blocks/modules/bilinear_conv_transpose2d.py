"""A transposed convolution that starts as bilinear interpolation."""

import torch
from torch import nn


class BilinearConvTranspose2d(nn.ConvTranspose2d):
    """Upsampling that begins as bilinear interpolation and may learn better.

    (B, channels, H, W) -> (B, channels, (H + 1) * stride, (W + 1) * stride)
    """

    def __init__(self, channels: int, stride: int = 2) -> None:
        super().__init__(
            channels, channels, kernel_size=2 * stride, stride=stride, bias=False
        )

    def reset_parameters(self) -> None:
        """Give each channel a tent of its own, and nothing of the others."""
        stride = self.stride[0]
        place = torch.arange(2 * stride, device=self.weight.device)
        tent = 1 - (place - (stride - 0.5)).abs() / stride
        with torch.no_grad():
            self.weight.zero_()
            self.weight.diagonal().copy_(tent[:, None, None] * tent[None, :, None])
