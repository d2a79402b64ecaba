"""Pretext task: rotation."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

__all__ = ["Block", "Convolution", "RotNet", "pretext_ssl"]


class Convolution(nn.Module):
    """A convolution, normalised, and a bend.

    x (B, in_channels, H, W) -> (B, channels, H, W)
    """

    def __init__(
        self, in_channels: int, channels: int = 192, kernel_size: int = 3
    ) -> None:
        super().__init__()
        self.conv = nn.Conv2d(
            in_channels,
            channels,
            kernel_size=kernel_size,
            padding=kernel_size // 2,
            bias=False,
        )
        self.bn = nn.BatchNorm2d(channels)

    def forward(self, x: Tensor) -> Tensor:
        return F.relu(self.bn(self.conv(x)))  # (B, channels, H, W)


class Block(nn.Module):
    """Looks around, then mixes what it has found at each place, twice.

    x (B, in_channels, H, W) -> (B, third, H, W)
    """

    def __init__(
        self,
        in_channels: int,
        kernel_size: int = 3,
        first: int = 192,
        second: int = 192,
        third: int = 192,
    ) -> None:
        super().__init__()
        self.conv1 = Convolution(in_channels, channels=first, kernel_size=kernel_size)
        self.conv2 = Convolution(first, channels=second, kernel_size=1)
        self.conv3 = Convolution(second, channels=third, kernel_size=1)

    def forward(self, x: Tensor) -> Tensor:
        x = self.conv1(x)  # (B, first, H, W)
        x = self.conv2(x)  # (B, second, H, W)
        x = self.conv3(x)  # (B, third, H, W)
        return x


class RotNet(nn.Module):
    """Blocks that look and mix; the turn is told from the last, other things from the
    second.

    image (B, in_channels, H, W) -> logits (B, 4), representation (B, width * 96)
    """

    def __init__(self, in_channels: int, blocks: int = 4, width: int = 32) -> None:
        super().__init__()
        self.blocks = blocks
        self.block1 = Block(
            in_channels,
            kernel_size=5,
            first=width * 6,
            second=width * 5,
            third=width * 3,
        )
        self.block2 = Block(
            width * 3, kernel_size=5, first=width * 6, second=width * 6, third=width * 6
        )
        for i in range(blocks - 2):
            self.add_module(
                f"block{i + 3}",
                Block(width * 6, first=width * 6, second=width * 6, third=width * 6),
            )
        self.classifier = nn.Linear(width * 6, 4)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(
                    module.weight, mode="fan_out", nonlinearity="relu"
                )
            elif isinstance(module, nn.Linear):
                nn.init.zeros_(module.bias)

    def forward(self, image: Tensor) -> tuple[Tensor, Tensor]:
        x = F.max_pool2d(self.block1(image), 3, stride=2, padding=1)
        x = self.block2(x)  # (B, width * 6, H/2, W/2)
        y = F.avg_pool2d(x, 3, stride=2, padding=1)  # (B, width * 6, H/4, W/4)
        for i in range(self.blocks - 2):
            y = self.get_submodule(f"block{i + 3}")(y)
        return (
            self.classifier(torch.flatten(F.adaptive_avg_pool2d(y, 1), 1)),
            torch.flatten(F.adaptive_avg_pool2d(x, 4), 1),
        )


def pretext_ssl(blocks: int = 4, width: int = 32, channels: int = 3) -> RotNet:
    """The pretext_ssl model with the values of the "paper" preset as defaults."""
    return RotNet(channels, blocks=blocks, width=width)
