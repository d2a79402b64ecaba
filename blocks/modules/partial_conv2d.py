"""A convolution over images with holes."""

from __future__ import annotations

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor, nn


class PartialConv2d(nn.Conv2d):
    """nn.Conv2d that looks only at pixels where a mask is 1, and makes up for the rest.

    What the kernel sees is scaled by (size of the window) / (pixels seen in it). Where
    it sees none, 0 comes out. The mask that comes out is 1 where it saw any.
    """

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: int | tuple[int, int],
        stride: int | tuple[int, int] = 1,
        padding: int | tuple[int, int] = 0,
        dilation: int | tuple[int, int] = 1,
        groups: int = 1,
        bias: bool = True,
    ) -> None:
        super().__init__(
            in_channels,
            out_channels,
            kernel_size,
            stride,
            padding,
            dilation,
            groups,
            bias,
        )
        self.steps = (stride, padding, dilation)
        self.window = self.kernel_size[0] * self.kernel_size[1]

    def forward(  # type: ignore[override]
        self, input: Tensor, mask: Tensor
    ) -> tuple[Tensor, Tensor]:
        with torch.no_grad():
            ones = mask.new_ones(1, 1, *self.kernel_size)
            seen = F.conv2d(mask, ones, None, *self.steps)
            known = seen.clamp(max=1)
            factor = known * self.window / seen.clamp(min=1)
        found = self._conv_forward(input * mask, self.weight, None) * factor
        if self.bias is not None:
            found = found + self.bias[:, None, None] * known
        return found, known
