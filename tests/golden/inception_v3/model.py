"""Inception v3."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

__all__ = [
    "BasicConv2d",
    "Inception3",
    "InceptionA",
    "InceptionAux",
    "InceptionB",
    "InceptionC",
    "InceptionD",
    "InceptionE",
    "inception_v3",
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


class InceptionA(nn.Module):
    """1x1, 5x5, two 3x3 and an average, side by side.

    x (B, in_channels, H, W) -> (B, unit * 14 + pool_features, H, W)
    """

    def __init__(
        self, in_channels: int, unit: int = 16, pool_features: int = 32
    ) -> None:
        super().__init__()
        self.branch1x1 = BasicConv2d(in_channels, channels=unit * 4)
        self.branch5x5_1 = BasicConv2d(in_channels, channels=unit * 3)
        self.branch5x5_2 = BasicConv2d(unit * 3, channels=unit * 4, height=5, width=5)
        self.branch3x3dbl_1 = BasicConv2d(in_channels, channels=unit * 4)
        self.branch3x3dbl_2 = BasicConv2d(
            unit * 4, channels=unit * 6, height=3, width=3
        )
        self.branch3x3dbl_3 = BasicConv2d(
            unit * 6, channels=unit * 6, height=3, width=3
        )
        self.branch_pool = BasicConv2d(in_channels, channels=pool_features)

    def forward(self, x: Tensor) -> Tensor:
        y = self.branch1x1(x)  # (B, unit * 4, H, W)
        branch5x5_1 = self.branch5x5_1(x)  # (B, unit * 3, H, W)
        branch5x5_1 = self.branch5x5_2(branch5x5_1)  # (B, unit * 4, H, W)
        branch3x3dbl_1 = self.branch3x3dbl_1(x)  # (B, unit * 4, H, W)
        branch3x3dbl_1 = self.branch3x3dbl_2(branch3x3dbl_1)  # (B, unit * 6, H, W)
        branch3x3dbl_1 = self.branch3x3dbl_3(branch3x3dbl_1)
        x = self.branch_pool(F.avg_pool2d(x, 3, stride=1, padding=1))
        return torch.cat([y, branch5x5_1, branch3x3dbl_1, x], dim=1)


class InceptionB(nn.Module):
    """Half the size: by 3x3, by two 3x3 and by a pool."""

    def __init__(self, in_channels: int, unit: int = 16, valid: bool = True) -> None:
        super().__init__()
        self.valid = valid
        self.branch3x3 = BasicConv2d(
            in_channels, channels=unit * 24, height=3, width=3, stride=2, same=not valid
        )
        self.branch3x3dbl_1 = BasicConv2d(in_channels, channels=unit * 4)
        self.branch3x3dbl_2 = BasicConv2d(
            unit * 4, channels=unit * 6, height=3, width=3
        )
        self.branch3x3dbl_3 = BasicConv2d(
            unit * 6, channels=unit * 6, height=3, width=3, stride=2, same=not valid
        )

    def forward(self, x: Tensor) -> Tensor:
        y = self.branch3x3(x)
        branch3x3dbl_1 = self.branch3x3dbl_1(x)  # (B, unit * 4, H, W)
        branch3x3dbl_1 = self.branch3x3dbl_2(branch3x3dbl_1)  # (B, unit * 6, H, W)
        branch3x3dbl_1 = self.branch3x3dbl_3(branch3x3dbl_1)
        x = F.max_pool2d(x, 3, stride=2, padding=0 if self.valid else 1)
        return torch.cat([y, branch3x3dbl_1, x], dim=1)


class InceptionC(nn.Module):
    """7x7 as 1x7 and 7x1, once and twice.

    x (B, in_channels, H, W) -> (B, unit * 48, H, W)
    """

    def __init__(self, in_channels: int, unit: int = 16, c7: int = 128) -> None:
        super().__init__()
        self.branch1x1 = BasicConv2d(in_channels, channels=unit * 12)
        self.branch7x7_1 = BasicConv2d(in_channels, channels=c7)
        self.branch7x7_2 = BasicConv2d(c7, channels=c7, width=7)
        self.branch7x7_3 = BasicConv2d(c7, channels=unit * 12, height=7)
        self.branch7x7dbl_1 = BasicConv2d(in_channels, channels=c7)
        self.branch7x7dbl_2 = BasicConv2d(c7, channels=c7, height=7)
        self.branch7x7dbl_3 = BasicConv2d(c7, channels=c7, width=7)
        self.branch7x7dbl_4 = BasicConv2d(c7, channels=c7, height=7)
        self.branch7x7dbl_5 = BasicConv2d(c7, channels=unit * 12, width=7)
        self.branch_pool = BasicConv2d(in_channels, channels=unit * 12)

    def forward(self, x: Tensor) -> Tensor:
        y = self.branch1x1(x)  # (B, unit * 12, H, W)
        branch7x7_1 = self.branch7x7_1(x)  # (B, c7, H, W)
        branch7x7_1 = self.branch7x7_2(branch7x7_1)
        branch7x7_1 = self.branch7x7_3(branch7x7_1)  # (B, unit * 12, H, W)
        branch7x7dbl_1 = self.branch7x7dbl_1(x)  # (B, c7, H, W)
        branch7x7dbl_1 = self.branch7x7dbl_2(branch7x7dbl_1)
        branch7x7dbl_1 = self.branch7x7dbl_3(branch7x7dbl_1)
        branch7x7dbl_1 = self.branch7x7dbl_4(branch7x7dbl_1)
        branch7x7dbl_1 = self.branch7x7dbl_5(branch7x7dbl_1)  # (B, unit * 12, H, W)
        x = self.branch_pool(F.avg_pool2d(x, 3, stride=1, padding=1))
        return torch.cat([y, branch7x7_1, branch7x7dbl_1, x], dim=1)


class InceptionD(nn.Module):
    """Half the size again: by 3x3, by 7x7 and 3x3, and by a pool."""

    def __init__(self, in_channels: int, unit: int = 16, valid: bool = True) -> None:
        super().__init__()
        self.valid = valid
        self.branch3x3_1 = BasicConv2d(in_channels, channels=unit * 12)
        self.branch3x3_2 = BasicConv2d(
            unit * 12, channels=unit * 20, height=3, width=3, stride=2, same=not valid
        )
        self.branch7x7x3_1 = BasicConv2d(in_channels, channels=unit * 12)
        self.branch7x7x3_2 = BasicConv2d(unit * 12, channels=unit * 12, width=7)
        self.branch7x7x3_3 = BasicConv2d(unit * 12, channels=unit * 12, height=7)
        self.branch7x7x3_4 = BasicConv2d(
            unit * 12, channels=unit * 12, height=3, width=3, stride=2, same=not valid
        )

    def forward(self, x: Tensor) -> Tensor:
        y = self.branch3x3_1(x)  # (B, unit * 12, H, W)
        y = self.branch3x3_2(y)
        branch7x7x3_1 = self.branch7x7x3_1(x)  # (B, unit * 12, H, W)
        branch7x7x3_1 = self.branch7x7x3_2(branch7x7x3_1)
        branch7x7x3_1 = self.branch7x7x3_3(branch7x7x3_1)
        branch7x7x3_1 = self.branch7x7x3_4(branch7x7x3_1)
        x = F.max_pool2d(x, 3, stride=2, padding=0 if self.valid else 1)
        return torch.cat([y, branch7x7x3_1, x], dim=1)


class InceptionE(nn.Module):
    """1x3 and 3x1 side by side: few places, many maps.

    x (B, in_channels, H, W) -> (B, unit * 128, H, W)
    """

    def __init__(self, in_channels: int, unit: int = 16) -> None:
        super().__init__()
        self.branch1x1 = BasicConv2d(in_channels, channels=unit * 20)
        self.branch3x3_1 = BasicConv2d(in_channels, channels=unit * 24)
        self.branch3x3_2a = BasicConv2d(unit * 24, channels=unit * 24, width=3)
        self.branch3x3_2b = BasicConv2d(unit * 24, channels=unit * 24, height=3)
        self.branch3x3dbl_1 = BasicConv2d(in_channels, channels=unit * 28)
        self.branch3x3dbl_2 = BasicConv2d(
            unit * 28, channels=unit * 24, height=3, width=3
        )
        self.branch3x3dbl_3a = BasicConv2d(unit * 24, channels=unit * 24, width=3)
        self.branch3x3dbl_3b = BasicConv2d(unit * 24, channels=unit * 24, height=3)
        self.branch_pool = BasicConv2d(in_channels, channels=unit * 12)

    def forward(self, x: Tensor) -> Tensor:
        y = self.branch1x1(x)  # (B, unit * 20, H, W)
        branch3x3_1 = self.branch3x3_1(x)  # (B, unit * 24, H, W)
        branch3x3_2a = self.branch3x3_2a(branch3x3_1)
        branch3x3dbl_1 = self.branch3x3dbl_1(x)  # (B, unit * 28, H, W)
        branch3x3dbl_1 = self.branch3x3dbl_2(branch3x3dbl_1)  # (B, unit * 24, H, W)
        branch3x3dbl_3a = self.branch3x3dbl_3a(branch3x3dbl_1)
        branch3x3dbl_1 = self.branch3x3dbl_3b(branch3x3dbl_1)
        branch3x3_2_both = torch.cat(
            [branch3x3_2a, self.branch3x3_2b(branch3x3_1)], dim=1
        )
        x = self.branch_pool(F.avg_pool2d(x, 3, stride=1, padding=1))
        branch3x3dbl_3_both = torch.cat([branch3x3dbl_3a, branch3x3dbl_1], dim=1)
        return torch.cat([y, branch3x3_2_both, branch3x3dbl_3_both, x], dim=1)


class InceptionAux(nn.Module):
    """A small classifier on maps from the middle of the net.

    x (B, in_channels, H, W) -> (B, classes)
    """

    def __init__(
        self, in_channels: int, unit: int = 16, classes: int = 1000, valid: bool = True
    ) -> None:
        super().__init__()
        self.valid = valid
        self.conv0 = BasicConv2d(in_channels, channels=unit * 8)
        self.conv1 = BasicConv2d(
            unit * 8, channels=unit * 48, height=5, width=5, same=not valid
        )
        self.fc = nn.Linear(unit * 48, classes)

    def forward(self, x: Tensor) -> Tensor:
        if self.valid:
            x = F.avg_pool2d(x, 5, stride=3)
        x = self.conv0(x)
        x = F.adaptive_avg_pool2d(self.conv1(x), 1)  # (B, unit * 48, 1, 1)
        logits: Tensor = self.fc(torch.flatten(x, 1))  # (B, classes)
        return logits


class Inception3(nn.Module):
    """A stem of five convolutions, eleven modules at three sizes, and a linear head on
    their average.
    """

    def __init__(
        self,
        in_channels: int,
        unit: int = 16,
        classes: int = 1000,
        aux: bool = True,
        stride: int = 2,
        valid: bool = True,
        dropout: float = 0.5,
        std: float = 0.1,
    ) -> None:
        super().__init__()
        self.valid = valid
        self.std = std
        self.Conv2d_1a_3x3 = BasicConv2d(
            in_channels,
            channels=unit * 2,
            height=3,
            width=3,
            stride=stride,
            same=not valid,
        )
        self.Conv2d_2a_3x3 = BasicConv2d(
            unit * 2, channels=unit * 2, height=3, width=3, same=not valid
        )
        self.Conv2d_2b_3x3 = BasicConv2d(unit * 2, channels=unit * 4, height=3, width=3)
        self.Conv2d_3b_1x1 = BasicConv2d(unit * 4, channels=unit * 5)
        self.Conv2d_4a_3x3 = BasicConv2d(
            unit * 5, channels=unit * 12, height=3, width=3, same=not valid
        )
        self.Mixed_5b = InceptionA(unit * 12, unit=unit, pool_features=unit * 2)
        self.Mixed_5c = InceptionA(unit * 16, unit=unit, pool_features=unit * 4)
        self.Mixed_5d = InceptionA(unit * 18, unit=unit, pool_features=unit * 4)
        self.Mixed_6a = InceptionB(unit * 18, unit=unit, valid=valid)
        self.Mixed_6b = InceptionC(unit * 48, unit=unit, c7=unit * 8)
        self.Mixed_6c = InceptionC(unit * 48, unit=unit, c7=unit * 10)
        self.Mixed_6d = InceptionC(unit * 48, unit=unit, c7=unit * 10)
        self.Mixed_6e = InceptionC(unit * 48, unit=unit, c7=unit * 12)
        self.Mixed_7a = InceptionD(unit * 48, unit=unit, valid=valid)
        self.Mixed_7b = InceptionE(unit * 80, unit=unit)
        self.Mixed_7c = InceptionE(unit * 128, unit=unit)
        self.dropout = nn.Dropout(dropout)
        self.fc = nn.Linear(unit * 128, classes)
        self.AuxLogits: nn.Module = nn.Identity()
        if aux:
            self.AuxLogits = InceptionAux(
                unit * 48, unit=unit, classes=classes, valid=valid
            )
        self.reset_parameters()

    def reset_parameters(self) -> None:
        for module in self.modules():
            if isinstance(module, nn.Conv2d | nn.Linear):
                nn.init.trunc_normal_(module.weight, std=self.std, a=-2, b=2)
        for name, parameter in self.named_parameters():
            if name == "AuxLogits.fc.weight":
                nn.init.trunc_normal_(parameter, std=0.001, a=-2, b=2)

    def forward(self, image: Tensor) -> tuple[Tensor, Tensor]:
        x = self.Conv2d_1a_3x3(image)
        x = self.Conv2d_2a_3x3(x)
        x = self.Conv2d_2b_3x3(x)
        x = F.max_pool2d(x, 3, stride=2, padding=0 if self.valid else 1)
        x = self.Conv2d_3b_1x1(x)
        x = self.Conv2d_4a_3x3(x)
        x = F.max_pool2d(x, 3, stride=2, padding=0 if self.valid else 1)
        x = self.Mixed_5b(x)
        x = self.Mixed_5c(x)
        x = self.Mixed_5d(x)
        x = self.Mixed_6a(x)
        x = self.Mixed_6b(x)
        x = self.Mixed_6c(x)
        x = self.Mixed_6d(x)
        x = self.Mixed_6e(x)
        y = self.Mixed_7a(x)
        y = self.Mixed_7b(y)
        y = F.adaptive_avg_pool2d(self.Mixed_7c(y), 1)  # (B, unit * 128, 1, 1)
        return self.fc(torch.flatten(self.dropout(y), 1)), self.AuxLogits(x)


def inception_v3(
    unit: int = 16,
    classes: int = 1000,
    aux: bool = True,
    stride: int = 2,
    valid: bool = True,
    dropout: float = 0.5,
    std: float = 0.1,
    channels: int = 3,
) -> Inception3:
    """The inception_v3 model with the values of the "paper" preset as defaults."""
    return Inception3(
        channels,
        unit=unit,
        classes=classes,
        aux=aux,
        stride=stride,
        valid=valid,
        dropout=dropout,
        std=std,
    )
