"""U-Net."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

__all__ = ["DoubleConv", "Down", "UNet", "Up", "unet"]


def center_crop(x: Tensor, like: Tensor) -> Tensor:
    """Cut the sides of all dimensions after the channels down to those of ``like``."""
    for dim in range(2, x.dim()):
        start = (x.shape[dim] - like.shape[dim]) // 2
        x = x.narrow(dim, start, like.shape[dim])
    return x


class DoubleConv(nn.Module):
    """Two 3x3 convolutions."""

    def __init__(self, in_channels: int, width: int = 64, padding: int = 0) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(in_channels, width, kernel_size=3, padding=padding)
        self.conv2 = nn.Conv2d(width, width, kernel_size=3, padding=padding)

    def forward(self, x: Tensor) -> Tensor:
        x = self.conv2(F.relu(self.conv1(x)))
        return F.relu(x)


class Down(nn.Module):
    """Half the size, then two convolutions; dropout at the deepest levels."""

    def __init__(
        self, in_channels: int, width: int = 64, padding: int = 0, dropout: float = 0.5
    ) -> None:
        super().__init__()
        self.conv = DoubleConv(in_channels, width=width, padding=padding)
        self.drop = nn.Dropout(dropout)

    def forward(self, x: Tensor) -> Tensor:
        x = self.conv(F.max_pool2d(x, 2))
        x = self.drop(x)
        return x


class Up(nn.Module):
    """Enlarged, laid beside the cropped maps from the way down, convolved."""

    def __init__(
        self, in_channels: int, skip_channels: int, width: int = 64, padding: int = 0
    ) -> None:
        super().__init__()
        self.up = nn.ConvTranspose2d(in_channels, width, kernel_size=2, stride=2)
        self.conv = DoubleConv(skip_channels + width, width=width, padding=padding)

    def forward(self, x: Tensor, skip: Tensor) -> Tensor:
        x = self.up(x)  # (B, width, 2*H, 2*W)
        x = torch.cat([center_crop(skip, x), x], dim=1)
        x = self.conv(x)
        return x


class UNet(nn.Module):
    """Four levels down, four up, and a bridge at each."""

    def __init__(
        self,
        in_channels: int,
        width: int = 64,
        classes: int = 2,
        padding: int = 0,
        dropout: float = 0.5,
    ) -> None:
        super().__init__()
        self.down1 = DoubleConv(in_channels, width=width, padding=padding)
        self.down2 = Down(width, width=width * 2, padding=padding, dropout=0.0)
        self.down3 = Down(width * 2, width=width * 4, padding=padding, dropout=0.0)
        self.down4 = Down(width * 4, width=width * 8, padding=padding, dropout=dropout)
        self.bottom = Down(
            width * 8, width=width * 16, padding=padding, dropout=dropout
        )
        self.up4 = Up(width * 16, width * 8, width=width * 8, padding=padding)
        self.up3 = Up(width * 8, width * 4, width=width * 4, padding=padding)
        self.up2 = Up(width * 4, width * 2, width=width * 2, padding=padding)
        self.up1 = Up(width * 2, width, width=width, padding=padding)
        self.head = nn.Conv2d(width, classes, kernel_size=1)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        for module in self.modules():
            if isinstance(module, nn.Conv2d | nn.ConvTranspose2d):
                nn.init.kaiming_normal_(module.weight, nonlinearity="relu")

    def forward(self, image: Tensor) -> Tensor:
        down1 = self.down1(image)
        down2 = self.down2(down1)
        down3 = self.down3(down2)
        down4 = self.down4(down3)
        x = self.bottom(down4)
        x = self.up4(x, down4)
        x = self.up3(x, down3)
        x = self.up2(x, down2)
        logits: Tensor = self.head(self.up1(x, down1))
        return logits


def unet(
    width: int = 64,
    classes: int = 2,
    padding: int = 0,
    dropout: float = 0.5,
    channels: int = 1,
) -> UNet:
    """The unet model with the values of the "paper" preset as defaults."""
    return UNet(
        channels, width=width, classes=classes, padding=padding, dropout=dropout
    )
