"""Gated PixelCNN."""

from __future__ import annotations

from typing import Literal

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

__all__ = ["CausalBlock", "Gate", "GatedBlock", "GatedPixelCNN", "gated_pixelcnn"]


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


class Gate(nn.Module):
    """One half says what, the other how much of it passes."""

    def forward(self, x: Tensor) -> Tensor:
        what, how = x.chunk(2, dim=1)
        return torch.tanh(what) * torch.sigmoid(how)


class CausalBlock(nn.Module):
    """The first block: it sees the image, and hides each pixel from itself.

    image (B, in_channels, H, W) -> vertical (B, maps, H, W), horizontal (B, maps, H, W)
    """

    def __init__(
        self, in_channels: int, maps: int = 30, kernel_size: int = 7, colours: int = 3
    ) -> None:
        super().__init__()
        self.kernel_size = kernel_size
        self.v_conv = nn.Conv2d(
            in_channels,
            maps * 2,
            kernel_size=(kernel_size // 2 + 1, kernel_size),
            padding=(0, kernel_size // 2),
        )
        self.v_fc = nn.Conv2d(in_channels, maps * 2, kernel_size=1)
        self.v_gate = Gate()
        self.h_conv = MaskedConv2d(
            in_channels,
            maps * 2,
            kernel_size=(1, kernel_size),
            padding=(0, kernel_size // 2),
            mask_type="A",
            colours=colours,
            interleaved=True,
        )
        self.v_to_h = nn.Conv2d(maps * 2, maps * 2, kernel_size=1)
        self.h_gate = Gate()
        self.h_fc = MaskedConv2d(
            maps, maps, kernel_size=1, colours=colours, interleaved=True
        )

    def forward(self, image: Tensor) -> tuple[Tensor, Tensor]:
        x = self.v_conv(F.pad(image, (0, 0, self.kernel_size // 2 + 1, 0)))
        y = self.h_conv(image) + self.v_to_h(x[:, :, :-1])  # (B, maps * 2, H, W)
        return self.v_gate(x[:, :, 1:] + self.v_fc(image)), self.h_fc(self.h_gate(y))


class GatedBlock(nn.Module):
    """Both stacks see one step farther."""

    def __init__(
        self,
        in_channels: int,
        horizontal_channels: int,
        maps: int = 30,
        kernel_size: int = 7,
        colours: int = 3,
        labels: int = 10,
    ) -> None:
        super().__init__()
        self.kernel_size = kernel_size
        self.label_embedding = nn.Embedding(labels, maps * 2)
        self.v_conv = nn.Conv2d(
            in_channels,
            maps * 2,
            kernel_size=(kernel_size // 2 + 1, kernel_size),
            padding=(0, kernel_size // 2),
        )
        self.v_fc = nn.Conv2d(in_channels, maps * 2, kernel_size=1)
        self.v_gate = Gate()
        self.h_conv = MaskedConv2d(
            horizontal_channels,
            maps * 2,
            kernel_size=(1, kernel_size),
            padding=(0, kernel_size // 2),
            colours=colours,
            interleaved=True,
        )
        self.v_to_h = MaskedConv2d(
            maps * 2, maps * 2, kernel_size=1, colours=colours, interleaved=True
        )
        self.h_gate = Gate()
        self.h_fc = MaskedConv2d(
            maps, maps, kernel_size=1, colours=colours, interleaved=True
        )
        self.h_skip = MaskedConv2d(
            maps, maps, kernel_size=1, colours=colours, interleaved=True
        )

    def forward(
        self, vertical: Tensor, horizontal: Tensor, skip: Tensor, label: Tensor
    ) -> tuple[Tensor, Tensor, Tensor]:
        x = torch.unflatten(self.label_embedding(label), 1, (-1, 1, 1))
        y = self.v_conv(F.pad(vertical, (0, 0, self.kernel_size // 2 + 1, 0)))
        h_told = self.h_conv(horizontal) + self.v_to_h(y[:, :, :-1]) + x
        h_told = self.h_gate(h_told)  # (B, maps, H, W)
        y = self.v_gate(y[:, :, 1:] + self.v_fc(vertical) + x)  # (B, maps, H, W)
        return y + vertical, self.h_fc(h_told) + horizontal, skip + self.h_skip(h_told)


class GatedPixelCNN(nn.Module):
    """Scores of every level of every pixel, by the pixels before it and by what the
    image is of.
    """

    def __init__(
        self,
        in_channels: int,
        levels: int = 2,
        blocks: int = 6,
        hidden: int = 10,
        maps: int = 30,
        kernel_size: int = 7,
        colours: int = 3,
        labels: int = 10,
    ) -> None:
        super().__init__()
        self.levels = levels
        self.colours = colours
        self.causal_conv = CausalBlock(
            in_channels, maps=maps, kernel_size=kernel_size, colours=colours
        )
        self.hidden_conv = nn.ModuleList(
            GatedBlock(
                maps,
                maps,
                maps=maps,
                kernel_size=kernel_size,
                colours=colours,
                labels=labels,
            )
            for _ in range(blocks)
        )
        self.label_embedding = nn.Embedding(labels, maps)
        self.out_hidden_conv = MaskedConv2d(
            maps, hidden, kernel_size=1, colours=colours, interleaved=True
        )
        self.out_conv = MaskedConv2d(
            hidden, levels * colours, kernel_size=1, colours=colours, interleaved=True
        )

    def forward(self, image: Tensor, label: Tensor) -> Tensor:
        vertical, horizontal = self.causal_conv(image)
        skip = torch.zeros_like(horizontal)
        for block in self.hidden_conv:
            vertical, horizontal, skip = block(vertical, horizontal, skip, label)
        x = skip + torch.unflatten(self.label_embedding(label), 1, (-1, 1, 1))
        x = F.relu(self.out_hidden_conv(F.relu(x)))  # (B, hidden, H, W)
        return torch.unflatten(self.out_conv(x), 1, (self.levels, self.colours))


def gated_pixelcnn(
    levels: int = 2,
    blocks: int = 6,
    hidden: int = 10,
    maps: int = 30,
    kernel_size: int = 7,
    colours: int = 3,
    labels: int = 10,
) -> GatedPixelCNN:
    """The gated_pixelcnn model with the values of the "paper" preset as defaults."""
    return GatedPixelCNN(
        colours,
        levels=levels,
        blocks=blocks,
        hidden=hidden,
        maps=maps,
        kernel_size=kernel_size,
        colours=colours,
        labels=labels,
    )
