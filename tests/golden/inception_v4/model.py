"""Inception v4."""

from collections import OrderedDict
from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

__all__ = [
    "BasicConv2d",
    "InceptionA",
    "InceptionB",
    "InceptionC",
    "InceptionV4",
    "Mixed3a",
    "Mixed4a",
    "Mixed5a",
    "ReductionA",
    "ReductionB",
    "inception_v4",
]


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
    ) -> None:
        super().__init__()
        self.conv = nn.Conv2d(
            in_channels,
            channels,
            kernel_size=(height, width),
            stride=stride,
            padding=(height // 2, width // 2) if same else (0, 0),
            bias=False,
        )
        self.bn = nn.BatchNorm2d(channels, eps=0.001)

    def forward(self, x: Tensor) -> Tensor:
        return F.relu(self.bn(self.conv(x)))


class Mixed3a(nn.Module):
    """Half the size: by a pool and by 3x3."""

    def __init__(self, in_channels: int, unit: int = 32, valid: bool = True) -> None:
        super().__init__()
        self.valid = valid
        self.conv = BasicConv2d(
            in_channels, channels=unit * 3, height=3, width=3, stride=2, same=not valid
        )

    def forward(self, x: Tensor) -> Tensor:
        y = self.conv(x)
        x = F.max_pool2d(x, 3, stride=2, padding=0 if self.valid else 1)
        return torch.cat([x, y], dim=1)


class Mixed4a(nn.Module):
    """3x3, plain and after 7x7 as 1x7 and 7x1."""

    def __init__(self, in_channels: int, unit: int = 32, valid: bool = True) -> None:
        super().__init__()
        self.branch0 = nn.Sequential(
            BasicConv2d(in_channels, channels=unit * 2),
            BasicConv2d(unit * 2, channels=unit * 3, height=3, width=3, same=not valid),
        )
        self.branch1 = nn.Sequential(
            BasicConv2d(in_channels, channels=unit * 2),
            BasicConv2d(unit * 2, channels=unit * 2, width=7),
            BasicConv2d(unit * 2, channels=unit * 2, height=7),
            BasicConv2d(unit * 2, channels=unit * 3, height=3, width=3, same=not valid),
        )

    def forward(self, x: Tensor) -> Tensor:
        y = self.branch0(x)
        return torch.cat([y, self.branch1(x)], dim=1)


class Mixed5a(nn.Module):
    """Half the size: by 3x3 and by a pool."""

    def __init__(self, in_channels: int, unit: int = 32, valid: bool = True) -> None:
        super().__init__()
        self.valid = valid
        self.conv = BasicConv2d(
            in_channels, channels=unit * 6, height=3, width=3, stride=2, same=not valid
        )

    def forward(self, x: Tensor) -> Tensor:
        y = self.conv(x)
        x = F.max_pool2d(x, 3, stride=2, padding=0 if self.valid else 1)
        return torch.cat([y, x], dim=1)


class InceptionA(nn.Module):
    """1x1, 3x3, two 3x3 and an average, side by side.

    x (B, in_channels, H, W) -> (B, unit * 12, H, W)
    """

    def __init__(self, in_channels: int, unit: int = 32) -> None:
        super().__init__()
        self.branch0 = BasicConv2d(in_channels, channels=unit * 3)
        self.branch1 = nn.Sequential(
            BasicConv2d(in_channels, channels=unit * 2),
            BasicConv2d(unit * 2, channels=unit * 3, height=3, width=3),
        )
        self.branch2 = nn.Sequential(
            BasicConv2d(in_channels, channels=unit * 2),
            BasicConv2d(unit * 2, channels=unit * 3, height=3, width=3),
            BasicConv2d(unit * 3, channels=unit * 3, height=3, width=3),
        )
        self.branch3 = nn.Sequential(
            nn.AvgPool2d(3, stride=1, padding=1, count_include_pad=False),
            BasicConv2d(in_channels, channels=unit * 3),
        )

    def forward(self, x: Tensor) -> Tensor:
        y = self.branch0(x)  # (B, unit * 3, H, W)
        branch1 = self.branch1(x)  # (B, unit * 3, H, W)
        branch2 = self.branch2(x)  # (B, unit * 3, H, W)
        return torch.cat([y, branch1, branch2, self.branch3(x)], dim=1)


class ReductionA(nn.Module):
    """Half the size: by 3x3, by two 3x3 and by a pool."""

    def __init__(self, in_channels: int, unit: int = 32, valid: bool = True) -> None:
        super().__init__()
        self.valid = valid
        self.branch0 = BasicConv2d(
            in_channels, channels=unit * 12, height=3, width=3, stride=2, same=not valid
        )
        self.branch1 = nn.Sequential(
            BasicConv2d(in_channels, channels=unit * 6),
            BasicConv2d(unit * 6, channels=unit * 7, height=3, width=3),
            BasicConv2d(
                unit * 7, channels=unit * 8, height=3, width=3, stride=2, same=not valid
            ),
        )

    def forward(self, x: Tensor) -> Tensor:
        y = self.branch0(x)
        branch1 = self.branch1(x)
        x = F.max_pool2d(x, 3, stride=2, padding=0 if self.valid else 1)
        return torch.cat([y, branch1, x], dim=1)


class InceptionB(nn.Module):
    """7x7 as 1x7 and 7x1, once and twice.

    x (B, in_channels, H, W) -> (B, unit * 32, H, W)
    """

    def __init__(self, in_channels: int, unit: int = 32) -> None:
        super().__init__()
        self.branch0 = BasicConv2d(in_channels, channels=unit * 12)
        self.branch1 = nn.Sequential(
            BasicConv2d(in_channels, channels=unit * 6),
            BasicConv2d(unit * 6, channels=unit * 7, width=7),
            BasicConv2d(unit * 7, channels=unit * 8, height=7),
        )
        self.branch2 = nn.Sequential(
            BasicConv2d(in_channels, channels=unit * 6),
            BasicConv2d(unit * 6, channels=unit * 6, height=7),
            BasicConv2d(unit * 6, channels=unit * 7, width=7),
            BasicConv2d(unit * 7, channels=unit * 7, height=7),
            BasicConv2d(unit * 7, channels=unit * 8, width=7),
        )
        self.branch3 = nn.Sequential(
            nn.AvgPool2d(3, stride=1, padding=1, count_include_pad=False),
            BasicConv2d(in_channels, channels=unit * 4),
        )

    def forward(self, x: Tensor) -> Tensor:
        y = self.branch0(x)  # (B, unit * 12, H, W)
        branch1 = self.branch1(x)  # (B, unit * 8, H, W)
        branch2 = self.branch2(x)  # (B, unit * 8, H, W)
        return torch.cat([y, branch1, branch2, self.branch3(x)], dim=1)


class ReductionB(nn.Module):
    """Half the size again: by 3x3, by 7x7 and 3x3, and by a pool."""

    def __init__(self, in_channels: int, unit: int = 32, valid: bool = True) -> None:
        super().__init__()
        self.valid = valid
        self.branch0 = nn.Sequential(
            BasicConv2d(in_channels, channels=unit * 6),
            BasicConv2d(
                unit * 6, channels=unit * 6, height=3, width=3, stride=2, same=not valid
            ),
        )
        self.branch1 = nn.Sequential(
            BasicConv2d(in_channels, channels=unit * 8),
            BasicConv2d(unit * 8, channels=unit * 8, width=7),
            BasicConv2d(unit * 8, channels=unit * 10, height=7),
            BasicConv2d(
                unit * 10,
                channels=unit * 10,
                height=3,
                width=3,
                stride=2,
                same=not valid,
            ),
        )

    def forward(self, x: Tensor) -> Tensor:
        y = self.branch0(x)
        branch1 = self.branch1(x)
        x = F.max_pool2d(x, 3, stride=2, padding=0 if self.valid else 1)
        return torch.cat([y, branch1, x], dim=1)


class InceptionC(nn.Module):
    """Branches that fork into 1x3 and 3x1: few places, many maps.

    x (B, in_channels, H, W) -> (B, unit * 48, H, W)
    """

    def __init__(self, in_channels: int, unit: int = 32) -> None:
        super().__init__()
        self.branch0 = BasicConv2d(in_channels, channels=unit * 8)
        self.branch1_0 = BasicConv2d(in_channels, channels=unit * 12)
        self.branch1_1a = BasicConv2d(unit * 12, channels=unit * 8, width=3)
        self.branch1_1b = BasicConv2d(unit * 12, channels=unit * 8, height=3)
        self.branch2_0 = BasicConv2d(in_channels, channels=unit * 12)
        self.branch2_1 = BasicConv2d(unit * 12, channels=unit * 14, height=3)
        self.branch2_2 = BasicConv2d(unit * 14, channels=unit * 16, width=3)
        self.branch3 = nn.Sequential(
            nn.AvgPool2d(3, stride=1, padding=1, count_include_pad=False),
            BasicConv2d(in_channels, channels=unit * 8),
        )
        self.branch2_3a = BasicConv2d(unit * 16, channels=unit * 8, width=3)
        self.branch2_3b = BasicConv2d(unit * 16, channels=unit * 8, height=3)

    def forward(self, x: Tensor) -> Tensor:
        y = self.branch0(x)  # (B, unit * 8, H, W)
        branch1_0 = self.branch1_0(x)  # (B, unit * 12, H, W)
        branch1_1a = self.branch1_1a(branch1_0)  # (B, unit * 8, H, W)
        branch2_0 = self.branch2_0(x)  # (B, unit * 12, H, W)
        branch2_0 = self.branch2_1(branch2_0)  # (B, unit * 14, H, W)
        branch2_0 = self.branch2_2(branch2_0)  # (B, unit * 16, H, W)
        x = self.branch3(x)  # (B, unit * 8, H, W)
        branch2_3a = self.branch2_3a(branch2_0)  # (B, unit * 8, H, W)
        branch1_1_both = torch.cat([branch1_1a, self.branch1_1b(branch1_0)], dim=1)
        branch2_3_both = torch.cat([branch2_3a, self.branch2_3b(branch2_0)], dim=1)
        return torch.cat([y, branch1_1_both, branch2_3_both, x], dim=1)


class InceptionV4(nn.Module):
    """All modules in a row, and a linear head on their average.

    image (B, in_channels, H, W) -> (B, classes)
    """

    def __init__(
        self,
        in_channels: int,
        unit: int = 32,
        blocks: Sequence[int] = (4, 7, 3),
        stride: int = 2,
        valid: bool = True,
        classes: int = 1000,
        dropout: float = 0.2,
    ) -> None:
        super().__init__()
        self.features = nn.Sequential(
            OrderedDict(
                [
                    (
                        "0",
                        BasicConv2d(
                            in_channels,
                            channels=unit,
                            height=3,
                            width=3,
                            stride=stride,
                            same=not valid,
                        ),
                    ),
                    (
                        "1",
                        BasicConv2d(
                            unit, channels=unit, height=3, width=3, same=not valid
                        ),
                    ),
                    ("2", BasicConv2d(unit, channels=unit * 2, height=3, width=3)),
                    ("3", Mixed3a(unit * 2, unit=unit, valid=valid)),
                    ("4", Mixed4a(unit * 5, unit=unit, valid=valid)),
                    ("5", Mixed5a(unit * 6, unit=unit, valid=valid)),
                    *(
                        (f"{i + 6}", InceptionA(unit * 12, unit=unit))
                        for i in range(blocks[0])
                    ),
                    ("10", ReductionA(unit * 12, unit=unit, valid=valid)),
                    *(
                        (f"{i + 11}", InceptionB(unit * 32, unit=unit))
                        for i in range(blocks[1])
                    ),
                    ("18", ReductionB(unit * 32, unit=unit, valid=valid)),
                    *(
                        (f"{i + 19}", InceptionC(unit * 48, unit=unit))
                        for i in range(blocks[2])
                    ),
                ]
            )
        )
        self.head_drop = nn.Dropout(dropout)
        self.last_linear = nn.Linear(unit * 48, classes)

    def forward(self, image: Tensor) -> Tensor:
        x = F.adaptive_avg_pool2d(self.features(image), 1)  # (B, unit * 48, 1, 1)
        logits: Tensor = self.last_linear(self.head_drop(torch.flatten(x, 1)))
        return logits


def inception_v4(
    unit: int = 32,
    blocks: Sequence[int] = (4, 7, 3),
    stride: int = 2,
    valid: bool = True,
    classes: int = 1000,
    dropout: float = 0.2,
    channels: int = 3,
) -> InceptionV4:
    """The inception_v4 model with the values of the "paper" preset as defaults."""
    return InceptionV4(
        channels,
        unit=unit,
        blocks=blocks,
        stride=stride,
        valid=valid,
        classes=classes,
        dropout=dropout,
    )
