"""Xception."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

__all__ = ["MiddleBlock", "SeparableConv2d", "ShrinkingBlock", "Xception", "xception"]


class SeparableConv2d(nn.Module):
    """3x3 for every channel by itself, then 1x1 among the channels.

    x (B, in_channels, H, W) -> (B, channels, H, W)
    """

    def __init__(self, in_channels: int, channels: int = 128) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(
            in_channels,
            in_channels,
            kernel_size=3,
            padding=1,
            groups=in_channels,
            bias=False,
        )
        self.pointwise = nn.Conv2d(in_channels, channels, kernel_size=1, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        x = self.pointwise(self.conv1(x))  # (B, channels, H, W)
        return x


class ShrinkingBlock(nn.Module):
    """Two separable convolutions and a pool, beside a 1x1 of stride 2."""

    def __init__(
        self,
        in_channels: int,
        first: int = 128,
        channels: int = 128,
        begins: bool = False,
    ) -> None:
        super().__init__()
        if begins:
            self.rep: nn.Module = nn.Sequential(
                SeparableConv2d(in_channels, channels=channels),
                nn.BatchNorm2d(channels),
                nn.ReLU(),
                SeparableConv2d(channels, channels=channels),
                nn.BatchNorm2d(channels),
                nn.MaxPool2d(3, stride=2, padding=1),
            )
        else:
            self.rep = nn.Sequential(
                nn.ReLU(),
                SeparableConv2d(in_channels, channels=first),
                nn.BatchNorm2d(first),
                nn.ReLU(),
                SeparableConv2d(first, channels=channels),
                nn.BatchNorm2d(channels),
                nn.MaxPool2d(3, stride=2, padding=1),
            )
        self.skip = nn.Conv2d(
            in_channels, channels, kernel_size=1, stride=2, bias=False
        )
        self.skipbn = nn.BatchNorm2d(channels)

    def forward(self, x: Tensor) -> Tensor:
        y = self.rep(x)
        x = y + self.skipbn(self.skip(x))
        return x


class MiddleBlock(nn.Module):
    """Three separable convolutions, added to what came in.

    x (B, in_channels, H, W) -> (B, in_channels, H, W)
    """

    def __init__(self, in_channels: int) -> None:
        super().__init__()
        self.rep = nn.Sequential(
            nn.ReLU(),
            SeparableConv2d(in_channels, channels=in_channels),
            nn.BatchNorm2d(in_channels),
            nn.ReLU(),
            SeparableConv2d(in_channels, channels=in_channels),
            nn.BatchNorm2d(in_channels),
            nn.ReLU(),
            SeparableConv2d(in_channels, channels=in_channels),
            nn.BatchNorm2d(in_channels),
        )

    def forward(self, x: Tensor) -> Tensor:
        x = self.rep(x) + x
        return x


class Xception(nn.Module):
    """Twelve blocks of separable convolutions with shortcuts, and a linear head on
    their average.

    image (B, in_channels, H, W) -> (B, classes)
    """

    def __init__(
        self,
        in_channels: int,
        widths: Sequence[int] = (32, 64, 128, 256, 728, 1024, 1536, 2048),
        blocks: int = 8,
        classes: int = 1000,
        stride: int = 2,
        dropout: float = 0.5,
    ) -> None:
        super().__init__()
        self.blocks = blocks
        self.conv1 = nn.Conv2d(
            in_channels, widths[0], kernel_size=3, stride=stride, bias=False
        )
        self.bn1 = nn.BatchNorm2d(widths[0])
        self.conv2 = nn.Conv2d(widths[0], widths[1], kernel_size=3, bias=False)
        self.bn2 = nn.BatchNorm2d(widths[1])
        self.block1 = ShrinkingBlock(
            widths[1], first=widths[2], channels=widths[2], begins=True
        )
        self.block2 = ShrinkingBlock(widths[2], first=widths[3], channels=widths[3])
        self.block3 = ShrinkingBlock(widths[3], first=widths[4], channels=widths[4])
        for i in range(blocks):
            self.add_module(f"block{i + 4}", MiddleBlock(widths[4]))
        self.block12 = ShrinkingBlock(widths[4], first=widths[4], channels=widths[5])
        self.conv3 = SeparableConv2d(widths[5], channels=widths[6])
        self.bn3 = nn.BatchNorm2d(widths[6])
        self.conv4 = SeparableConv2d(widths[6], channels=widths[7])
        self.bn4 = nn.BatchNorm2d(widths[7])
        self.dropout = nn.Dropout(dropout)
        self.fc = nn.Linear(widths[7], classes)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(
                    module.weight, mode="fan_out", nonlinearity="relu"
                )

    def forward(self, image: Tensor) -> Tensor:
        x = F.relu(self.bn1(self.conv1(image)))
        x = F.relu(self.bn2(self.conv2(x)))
        x = self.block1(x)
        x = self.block2(x)
        x = self.block3(x)
        for i in range(self.blocks):
            x = self.get_submodule(f"block{i + 4}")(x)
        x = self.block12(x)
        x = self.bn3(self.conv3(x))
        x = self.conv4(F.relu(x))
        x = F.adaptive_avg_pool2d(F.relu(self.bn4(x)), 1)  # (B, widths[7], 1, 1)
        logits: Tensor = self.fc(self.dropout(torch.flatten(x, 1)))  # (B, classes)
        return logits


def xception(
    widths: Sequence[int] = (32, 64, 128, 256, 728, 1024, 1536, 2048),
    blocks: int = 8,
    classes: int = 1000,
    stride: int = 2,
    dropout: float = 0.5,
    channels: int = 3,
) -> Xception:
    """The xception model with the values of the "paper" preset as defaults."""
    return Xception(
        channels,
        widths=widths,
        blocks=blocks,
        classes=classes,
        stride=stride,
        dropout=dropout,
    )
