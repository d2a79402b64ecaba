"""DeepLabv3."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

__all__ = [
    "ASPP",
    "Backbone",
    "Bottleneck",
    "DeepLabV3",
    "Pyramid",
    "Spread",
    "deeplabv3",
]


class Bottleneck(nn.Module):
    """1x1 down, 3x3 with a spread, and 1x1 up to four times as many, beside a
    shortcut.
    """

    def __init__(
        self, in_channels: int, planes: int = 64, stride: int = 1, dilation: int = 1
    ) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(in_channels, planes, kernel_size=1, bias=False)
        self.bn1 = nn.BatchNorm2d(planes)
        self.conv2 = nn.Conv2d(
            planes,
            planes,
            kernel_size=3,
            stride=stride,
            padding=dilation,
            dilation=dilation,
            bias=False,
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


class Backbone(nn.Module):
    """ResNet without its head; the last two stages spread their kernels instead of
    stepping by two.

    image (B, in_channels, H, W) -> (B, width * 32, H/8, W/8)
    """

    def __init__(
        self, in_channels: int, layers: Sequence[int] = (3, 4, 6, 3), width: int = 64
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
            Bottleneck(width * 8, planes=width * 4),
            *(
                Bottleneck(width * 16, planes=width * 4, dilation=2)
                for _ in range(layers[2] - 1)
            ),
        )
        self.layer4 = nn.Sequential(
            Bottleneck(width * 16, planes=width * 8, dilation=2),
            *(
                Bottleneck(width * 32, planes=width * 8, dilation=4)
                for _ in range(layers[3] - 1)
            ),
        )
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
        x = self.layer3(x)  # (B, width * 16, H/8, W/8)
        features: Tensor = self.layer4(x)  # (B, width * 32, H/8, W/8)
        return features


class Spread(nn.Sequential):
    """3x3 places, so far apart.

    x (B, in_channels, H, W) -> (B, features, H, W)
    """

    def __init__(self, in_channels: int, features: int = 256, rate: int = 12) -> None:
        super().__init__(
            nn.Conv2d(
                in_channels,
                features,
                kernel_size=3,
                padding=rate,
                dilation=rate,
                bias=False,
            ),
            nn.BatchNorm2d(features),
            nn.ReLU(),
        )


class Pyramid(nn.Module):
    """The same maps at five reaches, side by side.

    x (B, in_channels, H, W) -> (B, features * 5, H, W)
    """

    def __init__(
        self, in_channels: int, features: int = 256, rates: Sequence[int] = (12, 24, 36)
    ) -> None:
        super().__init__()
        self.add_module(
            "0",
            nn.Sequential(
                nn.Conv2d(in_channels, features, kernel_size=1, bias=False),
                nn.BatchNorm2d(features),
                nn.ReLU(),
            ),
        )
        self.add_module("1", Spread(in_channels, features=features, rate=rates[0]))
        self.add_module("2", Spread(in_channels, features=features, rate=rates[1]))
        self.add_module("3", Spread(in_channels, features=features, rate=rates[2]))
        self.add_module(
            "4",
            nn.Sequential(
                nn.AdaptiveAvgPool2d(1),
                nn.Conv2d(in_channels, features, kernel_size=1, bias=False),
                nn.BatchNorm2d(features),
                nn.ReLU(),
            ),
        )

    def forward(self, x: Tensor) -> Tensor:
        y = self.get_submodule("0")(x)  # (B, features, H, W)
        spread_1 = self.get_submodule("1")(x)  # (B, features, H, W)
        spread_2 = self.get_submodule("2")(x)  # (B, features, H, W)
        spread_3 = self.get_submodule("3")(x)  # (B, features, H, W)
        overall_4 = self.get_submodule("4")(x)  # (B, features, 1, 1)
        x = F.interpolate(overall_4, size=x.shape[2:], mode="bilinear")
        return torch.cat([y, spread_1, spread_2, spread_3, x], dim=1)


class ASPP(nn.Module):
    """Atrous spatial pyramid pooling: several spreads, mixed.

    x (B, in_channels, H, W) -> (B, features, H, W)
    """

    def __init__(
        self,
        in_channels: int,
        features: int = 256,
        rates: Sequence[int] = (12, 24, 36),
        dropout: float = 0.5,
    ) -> None:
        super().__init__()
        self.convs = Pyramid(in_channels, features=features, rates=rates)
        self.project = nn.Sequential(
            nn.Conv2d(features * 5, features, kernel_size=1, bias=False),
            nn.BatchNorm2d(features),
            nn.ReLU(),
            nn.Dropout(dropout),
        )

    def forward(self, x: Tensor) -> Tensor:
        x = self.convs(x)  # (B, features * 5, H, W)
        x = self.project(x)  # (B, features, H, W)
        return x


class DeepLabV3(nn.Module):
    """A trunk whose maps stay large, a pyramid of spreads, and an enlargement to the
    image's size.

    image (B, in_channels, H, W) -> (B, classes, H, W)
    """

    def __init__(
        self,
        in_channels: int,
        layers: Sequence[int] = (3, 4, 6, 3),
        width: int = 64,
        features: int = 256,
        rates: Sequence[int] = (12, 24, 36),
        classes: int = 21,
        dropout: float = 0.5,
        head: str = "pyramid",
    ) -> None:
        super().__init__()
        self.backbone = Backbone(in_channels, layers=layers, width=width)
        if head == "fcn":
            self.classifier: nn.Module = nn.Sequential(
                nn.Conv2d(
                    width * 32, width * 32 // 4, kernel_size=3, padding=1, bias=False
                ),
                nn.BatchNorm2d(width * 8),
                nn.ReLU(),
                nn.Dropout(dropout),
                nn.Conv2d(width * 8, classes, kernel_size=1),
            )
        else:
            self.classifier = nn.Sequential(
                ASPP(width * 32, features=features, rates=rates, dropout=dropout),
                nn.Conv2d(features, features, kernel_size=3, padding=1, bias=False),
                nn.BatchNorm2d(features),
                nn.ReLU(),
                nn.Conv2d(features, classes, kernel_size=1),
            )

    def forward(self, image: Tensor) -> Tensor:
        features = self.backbone(image)  # (B, width * 32, H/8, W/8)
        scores = self.classifier(features)  # (B, classes, H/8, W/8)
        return F.interpolate(scores, size=image.shape[2:], mode="bilinear")


def deeplabv3(
    layers: Sequence[int] = (3, 4, 6, 3),
    width: int = 64,
    features: int = 256,
    rates: Sequence[int] = (12, 24, 36),
    classes: int = 21,
    dropout: float = 0.5,
    head: str = "pyramid",
    channels: int = 3,
) -> DeepLabV3:
    """The deeplabv3 model with the values of the "paper" preset as defaults."""
    return DeepLabV3(
        channels,
        layers=layers,
        width=width,
        features=features,
        rates=rates,
        classes=classes,
        dropout=dropout,
        head=head,
    )
