"""ResNet-101."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

__all__ = ["Bottleneck", "ResNet", "resnet101"]


class Bottleneck(nn.Module):
    """1x1 down, 3x3, and 1x1 up to four times as many, beside a shortcut."""

    def __init__(self, in_channels: int, planes: int = 64, stride: int = 1) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(in_channels, planes, kernel_size=1, bias=False)
        self.bn1 = nn.BatchNorm2d(planes)
        self.conv2 = nn.Conv2d(
            planes, planes, kernel_size=3, stride=stride, padding=1, bias=False
        )
        self.bn2 = nn.BatchNorm2d(planes)
        self.conv3 = nn.Conv2d(planes, planes * 4, kernel_size=1, bias=False)
        self.bn3 = nn.BatchNorm2d(planes * 4)
        self.downsample: nn.Module = nn.Identity()
        if stride != 1 or in_channels != planes * 4:
            self.downsample = nn.Sequential(
                nn.Conv2d(
                    in_channels, planes * 4, kernel_size=1, stride=stride, bias=False
                ),
                nn.BatchNorm2d(planes * 4),
            )

    def forward(self, x: Tensor) -> Tensor:
        y = F.relu(self.bn1(self.conv1(x)))  # (B, planes, H, W)
        y = F.relu(self.bn2(self.conv2(y)))
        y = self.bn3(self.conv3(y))
        return F.relu(y + self.downsample(x))


class ResNet(nn.Module):
    """A stem that shrinks the image by four, four stages of residual blocks, and a
    linear head on their average.

    image (B, in_channels, H, W) -> (B, classes)
    """

    def __init__(
        self,
        in_channels: int,
        layers: Sequence[int] = (3, 4, 23, 3),
        width: int = 64,
        classes: int = 1000,
    ) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(
            in_channels, width, kernel_size=7, stride=2, padding=3, bias=False
        )
        self.bn1 = nn.BatchNorm2d(width)
        self.layer1 = nn.Sequential(
            Bottleneck(width, planes=width),
            *(Bottleneck(width * 4, planes=width) for _ in range(layers[0] - 1)),
        )
        self.layer2 = nn.Sequential(
            Bottleneck(width * 4, planes=width * 2, stride=2),
            *(Bottleneck(width * 8, planes=width * 2) for _ in range(layers[1] - 1)),
        )
        self.layer3 = nn.Sequential(
            Bottleneck(width * 8, planes=width * 4, stride=2),
            *(Bottleneck(width * 16, planes=width * 4) for _ in range(layers[2] - 1)),
        )
        self.layer4 = nn.Sequential(
            Bottleneck(width * 16, planes=width * 8, stride=2),
            *(Bottleneck(width * 32, planes=width * 8) for _ in range(layers[3] - 1)),
        )
        self.fc = nn.Linear(width * 32, classes)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(
                    module.weight, mode="fan_out", nonlinearity="relu"
                )

    def forward(self, image: Tensor) -> Tensor:
        x = F.relu(self.bn1(self.conv1(image)))  # (B, width, H/2, W/2)
        x = self.layer1(F.max_pool2d(x, 3, stride=2, padding=1))
        x = self.layer2(x)  # (B, width * 8, H/8, W/8)
        x = self.layer3(x)  # (B, width * 16, H/16, W/16)
        x = F.adaptive_avg_pool2d(self.layer4(x), 1)  # (B, width * 32, 1, 1)
        logits: Tensor = self.fc(torch.flatten(x, 1))  # (B, classes)
        return logits


def resnet101(
    layers: Sequence[int] = (3, 4, 23, 3),
    width: int = 64,
    classes: int = 1000,
    channels: int = 3,
) -> ResNet:
    """The resnet101 model with the values of the "paper" preset as defaults."""
    return ResNet(channels, layers=layers, width=width, classes=classes)
