"""MobileNet v1."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

__all__ = ["DepthwiseSeparable", "MobileNet", "mobilenet_v1"]


class DepthwiseSeparable(nn.Module):
    """Each channel looks around by itself, then every place mixes its channels."""

    def __init__(self, in_channels: int, channels: int = 64, stride: int = 1) -> None:
        super().__init__()
        self.conv_dw = nn.Conv2d(
            in_channels,
            in_channels,
            kernel_size=3,
            stride=stride,
            padding=1,
            groups=in_channels,
            bias=False,
        )
        self.bn1 = nn.BatchNorm2d(in_channels)
        self.conv_pw = nn.Conv2d(in_channels, channels, kernel_size=1, bias=False)
        self.bn2 = nn.BatchNorm2d(channels)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        nn.init.kaiming_normal_(self.conv_dw.weight, mode="fan_in", nonlinearity="relu")
        nn.init.kaiming_normal_(
            self.conv_pw.weight, mode="fan_out", nonlinearity="relu"
        )

    def forward(self, x: Tensor) -> Tensor:
        x = F.relu6(self.bn1(self.conv_dw(x)))
        return F.relu6(self.bn2(self.conv_pw(x)))


class MobileNet(nn.Module):
    """A convolution, thirteen pairs of a depthwise and a 1x1 one, and a linear head on
    their average.

    image (B, in_channels, H, W) -> (B, classes)
    """

    def __init__(
        self,
        in_channels: int,
        width: int = 32,
        layers: Sequence[int] = (2, 2, 6, 2),
        strides: Sequence[int] = (1, 2, 2, 2, 2),
        classes: int = 1000,
    ) -> None:
        super().__init__()
        self.classes = classes
        self.conv_stem = nn.Conv2d(
            in_channels, width, kernel_size=3, stride=2, padding=1, bias=False
        )
        self.bn1 = nn.BatchNorm2d(width)
        self.blocks = nn.Sequential(
            nn.Sequential(
                DepthwiseSeparable(width, channels=width * 2, stride=strides[0])
            ),
            nn.Sequential(
                DepthwiseSeparable(width * 2, channels=width * 4, stride=strides[1]),
                *(
                    DepthwiseSeparable(width * 4, channels=width * 4)
                    for _ in range(layers[0] - 1)
                ),
            ),
            nn.Sequential(
                DepthwiseSeparable(width * 4, channels=width * 8, stride=strides[2]),
                *(
                    DepthwiseSeparable(width * 8, channels=width * 8)
                    for _ in range(layers[1] - 1)
                ),
            ),
            nn.Sequential(
                DepthwiseSeparable(width * 8, channels=width * 16, stride=strides[3]),
                *(
                    DepthwiseSeparable(width * 16, channels=width * 16)
                    for _ in range(layers[2] - 1)
                ),
            ),
            nn.Sequential(
                DepthwiseSeparable(width * 16, channels=width * 32, stride=strides[4]),
                *(
                    DepthwiseSeparable(width * 32, channels=width * 32)
                    for _ in range(layers[3] - 1)
                ),
            ),
        )
        self.classifier = nn.Linear(width * 32, classes)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        nn.init.kaiming_normal_(
            self.conv_stem.weight, mode="fan_out", nonlinearity="relu"
        )
        nn.init.uniform_(
            self.classifier.weight, a=-1 / self.classes**0.5, b=1 / self.classes**0.5
        )
        nn.init.zeros_(self.classifier.bias)

    def forward(self, image: Tensor) -> Tensor:
        x = F.relu6(self.bn1(self.conv_stem(image)))  # (B, width, H/2, W/2)
        x = F.adaptive_avg_pool2d(self.blocks(x), 1)  # (B, width * 32, 1, 1)
        logits: Tensor = self.classifier(torch.flatten(x, 1))  # (B, classes)
        return logits


def mobilenet_v1(
    width: int = 32,
    layers: Sequence[int] = (2, 2, 6, 2),
    strides: Sequence[int] = (1, 2, 2, 2, 2),
    classes: int = 1000,
    channels: int = 3,
) -> MobileNet:
    """The mobilenet_v1 model with the values of the "paper" preset as defaults."""
    return MobileNet(
        channels, width=width, layers=layers, strides=strides, classes=classes
    )
