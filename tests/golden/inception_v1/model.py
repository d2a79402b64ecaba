"""Inception v1 (GoogLeNet)."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

__all__ = ["BasicConv2d", "GoogLeNet", "Inception", "InceptionAux", "inception_v1"]


class BasicConv2d(nn.Module):
    """A convolution, its batch norm and a relu."""

    def __init__(
        self,
        in_channels: int,
        channels: int = 64,
        height: int = 1,
        width: int = 1,
        stride: int = 1,
        same: bool = True,
        original: bool = False,
    ) -> None:
        super().__init__()
        self.conv = nn.Conv2d(
            in_channels,
            channels,
            kernel_size=(height, width),
            stride=stride,
            padding=(height // 2, width // 2) if same else (0, 0),
            bias=original,
        )
        self.bn: nn.Module = nn.Identity()
        if not original:
            self.bn = nn.BatchNorm2d(channels, eps=0.001)

    def forward(self, x: Tensor) -> Tensor:
        return F.relu(self.bn(self.conv(x)))


class Inception(nn.Module):
    """Four ways of looking at the same maps, side by side.

    x (B, in_channels, H, W) -> (B, ch1x1 + ch3x3 + ch5x5 + pool_proj, H, W)
    """

    def __init__(
        self,
        in_channels: int,
        ch1x1: int = 64,
        ch3x3red: int = 96,
        ch3x3: int = 128,
        ch5x5red: int = 16,
        ch5x5: int = 32,
        pool_proj: int = 32,
        original: bool = False,
    ) -> None:
        super().__init__()
        self.branch1 = BasicConv2d(in_channels, channels=ch1x1, original=original)
        self.branch2 = nn.Sequential(
            BasicConv2d(in_channels, channels=ch3x3red, original=original),
            BasicConv2d(ch3x3red, channels=ch3x3, height=3, width=3, original=original),
        )
        self.branch3 = nn.Sequential(
            BasicConv2d(in_channels, channels=ch5x5red, original=original),
            BasicConv2d(
                ch5x5red,
                channels=ch5x5,
                height=5 if original else 3,
                width=5 if original else 3,
                original=original,
            ),
        )
        self.branch4 = nn.Sequential(
            nn.MaxPool2d(3, stride=1, padding=1, ceil_mode=True),
            BasicConv2d(in_channels, channels=pool_proj, original=original),
        )

    def forward(self, x: Tensor) -> Tensor:
        y = self.branch1(x)  # (B, ch1x1, H, W)
        branch2 = self.branch2(x)  # (B, ch3x3, H, W)
        branch3 = self.branch3(x)  # (B, ch5x5, H, W)
        return torch.cat([y, branch2, branch3, self.branch4(x)], dim=1)


class InceptionAux(nn.Module):
    """A small classifier on maps from the middle of the net.

    x (B, in_channels, H, W) -> (B, classes)
    """

    def __init__(
        self,
        in_channels: int,
        width: int = 64,
        classes: int = 1000,
        original: bool = False,
        dropout: float = 0.7,
    ) -> None:
        super().__init__()
        if original:
            self.pool: nn.Module = nn.AvgPool2d(5, stride=3)
        else:
            self.pool = nn.AdaptiveAvgPool2d(4)
        self.conv = BasicConv2d(in_channels, channels=width * 2, original=original)
        self.fc1 = nn.Linear(width * 32, width * 16)
        self.dropout = nn.Dropout(dropout)
        self.fc2 = nn.Linear(width * 16, classes)

    def forward(self, x: Tensor) -> Tensor:
        x = self.conv(self.pool(x))  # (B, width * 2, 4, 4)
        x = F.relu(self.fc1(torch.flatten(x, 1)))  # (B, width * 16)
        logits: Tensor = self.fc2(self.dropout(x))  # (B, classes)
        return logits


class GoogLeNet(nn.Module):
    """A stem, nine inception modules at three sizes, and a linear head on their
    average.
    """

    def __init__(
        self,
        in_channels: int,
        modules: Sequence[Sequence[int]] = (
            (64, 96, 128, 16, 32, 32),
            (128, 128, 192, 32, 96, 64),
            (192, 96, 208, 16, 48, 64),
            (160, 112, 224, 24, 64, 64),
            (128, 128, 256, 24, 64, 64),
            (112, 144, 288, 32, 64, 64),
            (256, 160, 320, 32, 128, 128),
            (256, 160, 320, 32, 128, 128),
            (384, 192, 384, 48, 128, 128),
        ),
        width: int = 64,
        classes: int = 1000,
        stride: int = 2,
        aux: bool = False,
        original: bool = False,
        dropout: float = 0.2,
        dropout_aux: float = 0.7,
        std: float = 0.01,
    ) -> None:
        super().__init__()
        self.original = original
        self.std = std
        self.conv1 = BasicConv2d(
            in_channels,
            channels=width,
            height=7,
            width=7,
            stride=stride,
            original=original,
        )
        self.conv2 = BasicConv2d(width, channels=width, original=original)
        self.conv3 = BasicConv2d(
            width, channels=width * 3, height=3, width=3, original=original
        )
        self.inception3a = Inception(
            width * 3,
            ch1x1=modules[0][0],
            ch3x3red=modules[0][1],
            ch3x3=modules[0][2],
            ch5x5red=modules[0][3],
            ch5x5=modules[0][4],
            pool_proj=modules[0][5],
            original=original,
        )
        self.inception3b = Inception(
            modules[0][0] + modules[0][2] + modules[0][4] + modules[0][5],
            ch1x1=modules[1][0],
            ch3x3red=modules[1][1],
            ch3x3=modules[1][2],
            ch5x5red=modules[1][3],
            ch5x5=modules[1][4],
            pool_proj=modules[1][5],
            original=original,
        )
        self.inception4a = Inception(
            modules[1][0] + modules[1][2] + modules[1][4] + modules[1][5],
            ch1x1=modules[2][0],
            ch3x3red=modules[2][1],
            ch3x3=modules[2][2],
            ch5x5red=modules[2][3],
            ch5x5=modules[2][4],
            pool_proj=modules[2][5],
            original=original,
        )
        self.inception4b = Inception(
            modules[2][0] + modules[2][2] + modules[2][4] + modules[2][5],
            ch1x1=modules[3][0],
            ch3x3red=modules[3][1],
            ch3x3=modules[3][2],
            ch5x5red=modules[3][3],
            ch5x5=modules[3][4],
            pool_proj=modules[3][5],
            original=original,
        )
        self.inception4c = Inception(
            modules[3][0] + modules[3][2] + modules[3][4] + modules[3][5],
            ch1x1=modules[4][0],
            ch3x3red=modules[4][1],
            ch3x3=modules[4][2],
            ch5x5red=modules[4][3],
            ch5x5=modules[4][4],
            pool_proj=modules[4][5],
            original=original,
        )
        self.inception4d = Inception(
            modules[4][0] + modules[4][2] + modules[4][4] + modules[4][5],
            ch1x1=modules[5][0],
            ch3x3red=modules[5][1],
            ch3x3=modules[5][2],
            ch5x5red=modules[5][3],
            ch5x5=modules[5][4],
            pool_proj=modules[5][5],
            original=original,
        )
        self.inception4e = Inception(
            modules[5][0] + modules[5][2] + modules[5][4] + modules[5][5],
            ch1x1=modules[6][0],
            ch3x3red=modules[6][1],
            ch3x3=modules[6][2],
            ch5x5red=modules[6][3],
            ch5x5=modules[6][4],
            pool_proj=modules[6][5],
            original=original,
        )
        self.inception5a = Inception(
            modules[6][0] + modules[6][2] + modules[6][4] + modules[6][5],
            ch1x1=modules[7][0],
            ch3x3red=modules[7][1],
            ch3x3=modules[7][2],
            ch5x5red=modules[7][3],
            ch5x5=modules[7][4],
            pool_proj=modules[7][5],
            original=original,
        )
        self.inception5b = Inception(
            modules[7][0] + modules[7][2] + modules[7][4] + modules[7][5],
            ch1x1=modules[8][0],
            ch3x3red=modules[8][1],
            ch3x3=modules[8][2],
            ch5x5red=modules[8][3],
            ch5x5=modules[8][4],
            pool_proj=modules[8][5],
            original=original,
        )
        self.dropout = nn.Dropout(dropout)
        self.fc = nn.Linear(
            modules[8][0] + modules[8][2] + modules[8][4] + modules[8][5], classes
        )
        self.aux1: nn.Module = nn.Identity()
        if aux:
            self.aux1 = InceptionAux(
                modules[2][0] + modules[2][2] + modules[2][4] + modules[2][5],
                width=width,
                classes=classes,
                original=original,
                dropout=dropout_aux,
            )
        self.aux2: nn.Module = nn.Identity()
        if aux:
            self.aux2 = InceptionAux(
                modules[5][0] + modules[5][2] + modules[5][4] + modules[5][5],
                width=width,
                classes=classes,
                original=original,
                dropout=dropout_aux,
            )
        self.reset_parameters()

    def reset_parameters(self) -> None:
        for module in self.modules():
            if isinstance(module, nn.Conv2d | nn.Linear):
                nn.init.trunc_normal_(module.weight, std=self.std, a=-2, b=2)

    def forward(self, image: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        x = F.max_pool2d(self.conv1(image), 3, stride=2, ceil_mode=True)
        if self.original:
            x = F.local_response_norm(x, 5)
        x = self.conv2(x)
        x = self.conv3(x)
        if self.original:
            x = F.local_response_norm(x, 5)
        x = self.inception3a(F.max_pool2d(x, 3, stride=2, ceil_mode=True))
        x = F.max_pool2d(self.inception3b(x), 3, stride=2, ceil_mode=True)
        x = self.inception4a(x)
        y = self.inception4b(x)
        y = self.inception4c(y)
        y = self.inception4d(y)
        inception4e = self.inception4e(y)
        inception4e = F.max_pool2d(
            inception4e, 3 if self.original else 2, stride=2, ceil_mode=True
        )
        inception4e = self.inception5a(inception4e)
        inception4e = F.adaptive_avg_pool2d(self.inception5b(inception4e), 1)
        aux1 = self.aux1(x)
        return self.fc(self.dropout(torch.flatten(inception4e, 1))), aux1, self.aux2(y)


def inception_v1(
    modules: Sequence[Sequence[int]] = (
        (64, 96, 128, 16, 32, 32),
        (128, 128, 192, 32, 96, 64),
        (192, 96, 208, 16, 48, 64),
        (160, 112, 224, 24, 64, 64),
        (128, 128, 256, 24, 64, 64),
        (112, 144, 288, 32, 64, 64),
        (256, 160, 320, 32, 128, 128),
        (256, 160, 320, 32, 128, 128),
        (384, 192, 384, 48, 128, 128),
    ),
    width: int = 64,
    classes: int = 1000,
    stride: int = 2,
    aux: bool = False,
    original: bool = False,
    dropout: float = 0.2,
    dropout_aux: float = 0.7,
    std: float = 0.01,
    channels: int = 3,
) -> GoogLeNet:
    """The inception_v1 model with the values of the "paper" preset as defaults."""
    return GoogLeNet(
        channels,
        modules=modules,
        width=width,
        classes=classes,
        stride=stride,
        aux=aux,
        original=original,
        dropout=dropout,
        dropout_aux=dropout_aux,
        std=std,
    )
