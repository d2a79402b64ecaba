"""A convolution over an image that sees only what comes before."""

from __future__ import annotations

from typing import Literal

import torch
from torch import Tensor, nn


class MaskedConv2d(nn.Conv2d):
    """nn.Conv2d whose kernel is zero after its centre, in reading order.

    ``mask_type`` "A" hides the centre itself, "B" shows it. With several ``colours``
    the channels are split into as many groups, or, ``interleaved``, each next channel
    is of the next colour; the centre shows those of earlier colours ("A") or also those
    of the same colour ("B").
    """

    mask: Tensor

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
        padding_mode: Literal["zeros", "reflect", "replicate", "circular"] = "zeros",
        mask_type: str = "B",
        colours: int = 1,
        interleaved: bool = False,
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
            padding_mode,
        )
        mask = torch.ones_like(self.weight.detach())
        height, width = self.kernel_size
        mask[:, :, height // 2, width // 2] = _centre(
            mask, mask_type, colours, interleaved
        )
        mask[:, :, height // 2, width // 2 + 1 :] = 0
        mask[:, :, height // 2 + 1 :] = 0
        self.register_buffer("mask", mask, persistent=False)

    def forward(self, x: Tensor) -> Tensor:
        weight = self.weight * self.mask
        found: Tensor = self._conv_forward(x, weight, self.bias)
        return found


def _centre(mask: Tensor, mask_type: str, colours: int, interleaved: bool) -> Tensor:
    """What each output channel (a row) sees of each input channel at its own place."""
    colour_out, colour_in = (
        torch.arange(channels) % colours
        if interleaved
        else torch.arange(channels) * colours // channels
        for channels in mask.shape[:2]
    )
    later = 0 if mask_type == "B" else 1
    return (colour_out[:, None] >= colour_in[None, :] + later).to(mask.dtype)
