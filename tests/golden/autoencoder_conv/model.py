"""Convolutional autoencoder."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

__all__ = ["Autoencoder", "Decoder", "Down", "Encoder", "Up", "autoencoder_conv"]


class Down(nn.Module):
    """Look for patterns, and keep the strongest of each 2x2 pixels."""

    def __init__(self, in_channels: int, width: int = 32) -> None:
        super().__init__()
        self.conv = nn.Conv2d(in_channels, width, kernel_size=3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        return F.max_pool2d(F.relu(self.conv(x)), 2, ceil_mode=True)


class Encoder(nn.Module):
    """Down, step by step.

    image (B, in_channels, H, W) -> (B, widths[-1], 4, 4)
    """

    def __init__(self, in_channels: int, widths: Sequence[int] = (16, 8, 8)) -> None:
        super().__init__()
        self.down = nn.Sequential(
            Down(in_channels, width=widths[0]),
            *(Down(widths[i - 1], width=widths[i]) for i in range(1, len(widths))),
        )

    def forward(self, image: Tensor) -> Tensor:
        code: Tensor = self.down(image)  # (B, widths[-1], 4, 4)
        return code


class Up(nn.Module):
    """Paint patterns, and repeat each pixel 2x2 times."""

    def __init__(self, in_channels: int, width: int = 32, padding: int = 1) -> None:
        super().__init__()
        self.conv = nn.Conv2d(in_channels, width, kernel_size=3, padding=padding)

    def forward(self, x: Tensor) -> Tensor:
        return F.interpolate(F.relu(self.conv(x)), scale_factor=2)


class Decoder(nn.Module):
    """Up, step by step, and pixels of the maps.

    code (B, in_channels, H, W) -> (B, channels, 28, 28)
    """

    def __init__(
        self, in_channels: int, widths: Sequence[int] = (16, 8, 8), channels: int = 1
    ) -> None:
        super().__init__()
        self.up = nn.Sequential(
            Up(in_channels, width=widths[0], padding=0 if len(widths) - 1 == 0 else 1),
            *(
                Up(
                    widths[i - 1],
                    width=widths[i],
                    padding=0 if i == len(widths) - 1 else 1,
                )
                for i in range(1, len(widths))
            ),
        )
        self.output = nn.Conv2d(widths[-1], channels, kernel_size=3, padding=1)

    def forward(self, code: Tensor) -> Tensor:
        x = self.output(self.up(code))  # (B, channels, 28, 28)
        return torch.sigmoid(x)  # (B, channels, 28, 28)


class Autoencoder(nn.Module):
    """Into the code and out again.

    image (B, in_channels, H, W) -> rebuilt (B, in_channels, H, W), code (B, widths[-1],
    4, 4)
    """

    def __init__(self, in_channels: int, widths: Sequence[int] = (16, 8, 8)) -> None:
        super().__init__()
        self.encoder = Encoder(in_channels, widths=widths)
        self.decoder = Decoder(widths[-1], widths=widths[::-1], channels=in_channels)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.xavier_uniform_(module.weight)
                if module.bias is not None:
                    nn.init.zeros_(module.bias)

    def forward(self, image: Tensor) -> tuple[Tensor, Tensor]:
        code = self.encoder(image)  # (B, widths[-1], 4, 4)
        return self.decoder(code), code


def autoencoder_conv(widths: Sequence[int] = (16, 8, 8)) -> Autoencoder:
    """The autoencoder_conv model with the values of the "paper" preset as defaults."""
    return Autoencoder(1, widths=widths)
