"""DCGAN."""

import torch
from torch import Tensor, nn

__all__ = ["Discriminator", "Generator", "discriminator", "generator"]


class Generator(nn.Module):
    """From random numbers to an image.

    z (B, in_channels, H, W) -> (B, channels, 64*H, 64*W)
    """

    def __init__(self, in_channels: int, width: int = 64, channels: int = 3) -> None:
        super().__init__()
        self.main = nn.Sequential(
            nn.ConvTranspose2d(in_channels, width * 8, kernel_size=4, bias=False),
            nn.BatchNorm2d(width * 8),
            nn.ReLU(),
            nn.ConvTranspose2d(
                width * 8, width * 4, kernel_size=4, stride=2, padding=1, bias=False
            ),
            nn.BatchNorm2d(width * 4),
            nn.ReLU(),
            nn.ConvTranspose2d(
                width * 4, width * 2, kernel_size=4, stride=2, padding=1, bias=False
            ),
            nn.BatchNorm2d(width * 2),
            nn.ReLU(),
            nn.ConvTranspose2d(
                width * 2, width, kernel_size=4, stride=2, padding=1, bias=False
            ),
            nn.BatchNorm2d(width),
            nn.ReLU(),
            nn.ConvTranspose2d(
                width, channels, kernel_size=4, stride=2, padding=1, bias=False
            ),
            nn.Tanh(),
        )
        self.reset_parameters()

    def reset_parameters(self) -> None:
        for module in self.modules():
            if isinstance(module, nn.ConvTranspose2d):
                nn.init.normal_(module.weight, mean=0.0, std=0.02)
            elif isinstance(module, nn.BatchNorm2d):
                nn.init.normal_(module.weight, mean=1.0, std=0.02)
                nn.init.zeros_(module.bias)

    def forward(self, z: Tensor) -> Tensor:
        image: Tensor = self.main(z)  # (B, channels, 64*H, 64*W)
        return image


class Discriminator(nn.Module):
    """How real an image looks.

    image (B, in_channels, H, W) -> (B,)
    """

    def __init__(self, in_channels: int, width: int = 64) -> None:
        super().__init__()
        self.main = nn.Sequential(
            nn.Conv2d(
                in_channels, width, kernel_size=4, stride=2, padding=1, bias=False
            ),
            nn.LeakyReLU(negative_slope=0.2),
            nn.Conv2d(width, width * 2, kernel_size=4, stride=2, padding=1, bias=False),
            nn.BatchNorm2d(width * 2),
            nn.LeakyReLU(negative_slope=0.2),
            nn.Conv2d(
                width * 2, width * 4, kernel_size=4, stride=2, padding=1, bias=False
            ),
            nn.BatchNorm2d(width * 4),
            nn.LeakyReLU(negative_slope=0.2),
            nn.Conv2d(
                width * 4, width * 8, kernel_size=4, stride=2, padding=1, bias=False
            ),
            nn.BatchNorm2d(width * 8),
            nn.LeakyReLU(negative_slope=0.2),
            nn.Conv2d(width * 8, 1, kernel_size=4, bias=False),
            nn.Sigmoid(),
        )
        self.reset_parameters()

    def reset_parameters(self) -> None:
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.normal_(module.weight, mean=0.0, std=0.02)
            elif isinstance(module, nn.BatchNorm2d):
                nn.init.normal_(module.weight, mean=1.0, std=0.02)
                nn.init.zeros_(module.bias)

    def forward(self, image: Tensor) -> Tensor:
        return torch.flatten(self.main(image), 0)  # (B,)


def generator(noise: int = 100, width: int = 64, channels: int = 3) -> Generator:
    """The generator model with the values of the "paper" preset as defaults."""
    return Generator(noise, width=width, channels=channels)


def discriminator(width: int = 64, channels: int = 3) -> Discriminator:
    """The discriminator model with the values of the "paper" preset as defaults."""
    return Discriminator(channels, width=width)
