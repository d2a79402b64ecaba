"""PixelCNN."""

from __future__ import annotations

from typing import Literal

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

__all__ = ["PixelCNN", "Residual", "pixelcnn"]


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


class Residual(nn.Module):
    """Down to half the maps, a look around, up again, and added.

    x (B, in_channels, H, W) -> (B, in_channels, H, W)
    """

    def __init__(self, in_channels: int, width: int = 64, colours: int = 1) -> None:
        super().__init__()
        self.down = MaskedConv2d(
            in_channels, width, kernel_size=1, colours=colours, interleaved=True
        )
        self.look = MaskedConv2d(
            width, width, kernel_size=3, padding=1, colours=colours, interleaved=True
        )
        self.up = MaskedConv2d(
            width, width * 2, kernel_size=1, colours=colours, interleaved=True
        )

    def forward(self, x: Tensor) -> Tensor:
        y: Tensor = F.relu(self.down(F.relu(x)))  # (B, width, H, W)
        y = self.up(F.relu(self.look(y)))  # (B, width * 2, H, W)
        return x + y  # (B, in_channels, H, W)


class PixelCNN(nn.Module):
    """Scores of every level of every pixel, each by the pixels before it.

    image (B, in_channels, H, W) -> (B, colours * levels, H, W)
    """

    def __init__(
        self,
        in_channels: int,
        levels: int = 256,
        colours: int = 1,
        width: int = 64,
        blocks: int = 7,
        hidden: int = 128,
    ) -> None:
        super().__init__()
        self.input = MaskedConv2d(
            in_channels,
            width * 2,
            kernel_size=7,
            padding=3,
            mask_type="A",
            colours=colours,
            interleaved=True,
        )
        self.blocks = nn.Sequential(
            *(Residual(width * 2, width=width, colours=colours) for _ in range(blocks))
        )
        self.out1 = MaskedConv2d(
            width * 2, hidden, kernel_size=1, colours=colours, interleaved=True
        )
        self.out2 = MaskedConv2d(
            hidden, hidden, kernel_size=1, colours=colours, interleaved=True
        )
        self.head = MaskedConv2d(
            hidden, levels * colours, kernel_size=1, colours=colours, interleaved=True
        )

    def forward(self, image: Tensor) -> Tensor:
        x = self.blocks(self.input(image))  # (B, width * 2, H, W)
        x = F.relu(self.out1(F.relu(x)))  # (B, hidden, H, W)
        logits: Tensor = self.head(F.relu(self.out2(x)))  # (B, colours * levels, H, W)
        return logits


def pixelcnn(
    levels: int = 256,
    colours: int = 1,
    width: int = 64,
    blocks: int = 7,
    hidden: int = 128,
) -> PixelCNN:
    """The pixelcnn model with the values of the "paper" preset as defaults."""
    return PixelCNN(
        colours,
        levels=levels,
        colours=colours,
        width=width,
        blocks=blocks,
        hidden=hidden,
    )
