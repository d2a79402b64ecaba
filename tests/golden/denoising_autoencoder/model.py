"""Denoising autoencoder."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

__all__ = ["Autoencoder", "Decoder", "Down", "Encoder", "Up", "denoising_autoencoder"]


class Down(nn.Module):
    """Look for patterns, and keep the strongest of each 2x2 pixels.

    x (B, in_channels, H, W) -> (B, width, H/2, W/2)
    """

    def __init__(self, in_channels: int, width: int = 32) -> None:
        super().__init__()
        self.conv = nn.Conv2d(in_channels, width, kernel_size=3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        return F.max_pool2d(F.relu(self.conv(x)), 2, ceil_mode=True)


class Encoder(nn.Module):
    """Down, step by step.

    image (B, in_channels, H, W) -> (B, width, H/4, W/4)
    """

    def __init__(self, in_channels: int, width: int = 32, steps: int = 2) -> None:
        super().__init__()
        self.down = nn.Sequential(
            Down(in_channels, width=width),
            *(Down(width, width=width) for _ in range(steps - 1)),
        )

    def forward(self, image: Tensor) -> Tensor:
        code: Tensor = self.down(image)  # (B, width, H/4, W/4)
        return code


class Up(nn.Module):
    """Paint patterns, and repeat each pixel 2x2 times.

    x (B, in_channels, H, W) -> (B, width, 2*H, 2*W)
    """

    def __init__(self, in_channels: int, width: int = 32) -> None:
        super().__init__()
        self.conv = nn.Conv2d(in_channels, width, kernel_size=3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        return F.interpolate(F.relu(self.conv(x)), scale_factor=2)


class Decoder(nn.Module):
    """Up, step by step, and pixels of the maps.

    code (B, in_channels, H, W) -> (B, channels, 4*H, 4*W)
    """

    def __init__(
        self, in_channels: int, width: int = 32, steps: int = 2, channels: int = 1
    ) -> None:
        super().__init__()
        self.up = nn.Sequential(
            Up(in_channels, width=width),
            *(Up(width, width=width) for _ in range(steps - 1)),
        )
        self.output = nn.Conv2d(width, channels, kernel_size=3, padding=1)

    def forward(self, code: Tensor) -> Tensor:
        x = self.output(self.up(code))  # (B, channels, 4*H, 4*W)
        return torch.sigmoid(x)  # (B, channels, 4*H, 4*W)


class Autoencoder(nn.Module):
    """Into the code and out again.

    image (B, in_channels, H, W) -> rebuilt (B, in_channels, H, W), code (B, width, H/4,
    W/4)
    """

    def __init__(self, in_channels: int, width: int = 32, steps: int = 2) -> None:
        super().__init__()
        self.encoder = Encoder(in_channels, width=width, steps=steps)
        self.decoder = Decoder(width, width=width, steps=steps, channels=in_channels)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.xavier_uniform_(module.weight)
                if module.bias is not None:
                    nn.init.zeros_(module.bias)

    def forward(self, image: Tensor) -> tuple[Tensor, Tensor]:
        code = self.encoder(image)  # (B, width, H/4, W/4)
        return self.decoder(code), code


def denoising_autoencoder(width: int = 32, steps: int = 2) -> Autoencoder:
    """The denoising_autoencoder model with the values of the "paper" preset as
    defaults.
    """
    return Autoencoder(1, width=width, steps=steps)
