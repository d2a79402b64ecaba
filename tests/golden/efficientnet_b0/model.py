"""EfficientNet-B0."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

__all__ = [
    "ConvNorm",
    "DepthwiseNorm",
    "EfficientNet",
    "MBConv",
    "Projection",
    "SqueezeExcite",
    "efficientnet_b0",
]


class StochasticDepth(nn.Module):
    """Zeroes a branch at random in training and scales up what is left.

    In mode "row" each example is drawn for by itself, in mode "batch" all at once.
    """

    def __init__(self, p: float, mode: str = "row") -> None:
        super().__init__()
        self.p = p
        self.mode = mode

    def forward(self, x: Tensor) -> Tensor:
        if not self.training or self.p == 0:
            return x
        kept = 1 - self.p
        rows = x.shape[0] if self.mode == "row" else 1
        mask = x.new_empty(rows, *[1] * (x.dim() - 1)).bernoulli_(kept)
        return x * mask / kept if kept > 0 else x * mask

    def extra_repr(self) -> str:
        return f"p={self.p}, mode={self.mode}"


class ConvNorm(nn.Sequential):
    """Convolution, normalisation, silu."""

    def __init__(
        self,
        in_channels: int,
        channels: int = 16,
        kernel: int = 3,
        stride: int = 1,
        eps: float = 1e-05,
        momentum: float = 0.1,
    ) -> None:
        super().__init__(
            nn.Conv2d(
                in_channels,
                channels,
                kernel_size=kernel,
                stride=stride,
                padding=kernel // 2,
                bias=False,
            ),
            nn.BatchNorm2d(channels, eps=eps, momentum=momentum),
            nn.SiLU(),
        )


class DepthwiseNorm(nn.Sequential):
    """Each channel by itself; normalisation, silu."""

    def __init__(
        self,
        in_channels: int,
        kernel: int = 3,
        stride: int = 1,
        eps: float = 1e-05,
        momentum: float = 0.1,
    ) -> None:
        super().__init__(
            nn.Conv2d(
                in_channels,
                in_channels,
                kernel_size=kernel,
                stride=stride,
                padding=kernel // 2,
                groups=in_channels,
                bias=False,
            ),
            nn.BatchNorm2d(in_channels, eps=eps, momentum=momentum),
            nn.SiLU(),
        )


class SqueezeExcite(nn.Module):
    """Lets channels pass by what is in the whole image.

    x (B, in_channels, H, W) -> (B, in_channels, H, W)
    """

    def __init__(self, in_channels: int, squeezed: int = 8) -> None:
        super().__init__()
        self.fc1 = nn.Conv2d(in_channels, squeezed, kernel_size=1)
        self.fc2 = nn.Conv2d(squeezed, in_channels, kernel_size=1)

    def forward(self, x: Tensor) -> Tensor:
        y = F.silu(self.fc1(F.adaptive_avg_pool2d(x, 1)))  # (B, squeezed, 1, 1)
        return x * torch.sigmoid(self.fc2(y))  # (B, in_channels, H, W)


class Projection(nn.Sequential):
    """1x1 and normalisation, without a bend.

    x (B, in_channels, H, W) -> (B, channels, H, W)
    """

    def __init__(
        self,
        in_channels: int,
        channels: int = 16,
        eps: float = 1e-05,
        momentum: float = 0.1,
    ) -> None:
        super().__init__(
            nn.Conv2d(in_channels, channels, kernel_size=1, bias=False),
            nn.BatchNorm2d(channels, eps=eps, momentum=momentum),
        )


class MBConv(nn.Module):
    """Wide inside, narrow at its ends, beside a shortcut."""

    def __init__(
        self,
        in_channels: int,
        channels: int = 16,
        kernel: int = 3,
        stride: int = 1,
        expansion: int = 6,
        eps: float = 1e-05,
        momentum: float = 0.1,
        drop: float = 0.0,
    ) -> None:
        super().__init__()
        self.in_channels = in_channels
        self.channels = channels
        self.stride = stride
        if expansion == 1:
            self.block: nn.Module = nn.Sequential(
                DepthwiseNorm(
                    in_channels,
                    kernel=kernel,
                    stride=stride,
                    eps=eps,
                    momentum=momentum,
                ),
                SqueezeExcite(in_channels, squeezed=max(1, in_channels // 4)),
                Projection(in_channels, channels=channels, eps=eps, momentum=momentum),
            )
        else:
            self.block = nn.Sequential(
                ConvNorm(
                    in_channels,
                    channels=in_channels * expansion,
                    kernel=1,
                    eps=eps,
                    momentum=momentum,
                ),
                DepthwiseNorm(
                    expansion * in_channels,
                    kernel=kernel,
                    stride=stride,
                    eps=eps,
                    momentum=momentum,
                ),
                SqueezeExcite(
                    expansion * in_channels, squeezed=max(1, in_channels // 4)
                ),
                Projection(
                    expansion * in_channels,
                    channels=channels,
                    eps=eps,
                    momentum=momentum,
                ),
            )
        self.stochastic_depth: nn.Module = nn.Identity()
        if stride == 1 and in_channels == channels:
            self.stochastic_depth = StochasticDepth(drop)

    def forward(self, x: Tensor) -> Tensor:
        y: Tensor = self.stochastic_depth(self.block(x))
        if self.stride == 1 and self.in_channels == self.channels:
            y = y + x
        return y


class EfficientNet(nn.Module):
    """A stem, seven stages of inverted bottlenecks, and a linear head on their average.

    image (B, in_channels, H, W) -> (B, classes)
    """

    def __init__(
        self,
        in_channels: int,
        widths: Sequence[int] = (32, 16, 24, 40, 80, 112, 192, 320, 1280),
        layers: Sequence[int] = (1, 2, 2, 3, 3, 4, 1),
        expansions: Sequence[int] = (1, 6, 6, 6, 6, 6, 6),
        kernels: Sequence[int] = (3, 3, 5, 3, 5, 5, 3),
        strides: Sequence[int] = (1, 2, 2, 2, 1, 2, 1),
        drop: float = 0.2,
        eps: float = 1e-05,
        momentum: float = 0.1,
        dropout: float = 0.2,
        classes: int = 1000,
    ) -> None:
        super().__init__()
        self.classes = classes
        self.features = nn.Sequential(
            ConvNorm(
                in_channels, channels=widths[0], stride=2, eps=eps, momentum=momentum
            ),
            nn.Sequential(
                MBConv(
                    widths[0],
                    channels=widths[1],
                    kernel=kernels[0],
                    stride=strides[0],
                    expansion=expansions[0],
                    eps=eps,
                    momentum=momentum,
                    drop=drop * 0 / sum(layers),
                ),
                *(
                    MBConv(
                        widths[1],
                        channels=widths[1],
                        kernel=kernels[0],
                        expansion=expansions[0],
                        eps=eps,
                        momentum=momentum,
                        drop=drop * i / sum(layers),
                    )
                    for i in range(1, layers[0])
                ),
            ),
            nn.Sequential(
                MBConv(
                    widths[1],
                    channels=widths[2],
                    kernel=kernels[1],
                    stride=strides[1],
                    expansion=expansions[1],
                    eps=eps,
                    momentum=momentum,
                    drop=drop * (sum(layers[:1]) + 0) / sum(layers),
                ),
                *(
                    MBConv(
                        widths[2],
                        channels=widths[2],
                        kernel=kernels[1],
                        expansion=expansions[1],
                        eps=eps,
                        momentum=momentum,
                        drop=drop * (sum(layers[:1]) + i) / sum(layers),
                    )
                    for i in range(1, layers[1])
                ),
            ),
            nn.Sequential(
                MBConv(
                    widths[2],
                    channels=widths[3],
                    kernel=kernels[2],
                    stride=strides[2],
                    expansion=expansions[2],
                    eps=eps,
                    momentum=momentum,
                    drop=drop * (sum(layers[:2]) + 0) / sum(layers),
                ),
                *(
                    MBConv(
                        widths[3],
                        channels=widths[3],
                        kernel=kernels[2],
                        expansion=expansions[2],
                        eps=eps,
                        momentum=momentum,
                        drop=drop * (sum(layers[:2]) + i) / sum(layers),
                    )
                    for i in range(1, layers[2])
                ),
            ),
            nn.Sequential(
                MBConv(
                    widths[3],
                    channels=widths[4],
                    kernel=kernels[3],
                    stride=strides[3],
                    expansion=expansions[3],
                    eps=eps,
                    momentum=momentum,
                    drop=drop * (sum(layers[:3]) + 0) / sum(layers),
                ),
                *(
                    MBConv(
                        widths[4],
                        channels=widths[4],
                        kernel=kernels[3],
                        expansion=expansions[3],
                        eps=eps,
                        momentum=momentum,
                        drop=drop * (sum(layers[:3]) + i) / sum(layers),
                    )
                    for i in range(1, layers[3])
                ),
            ),
            nn.Sequential(
                MBConv(
                    widths[4],
                    channels=widths[5],
                    kernel=kernels[4],
                    stride=strides[4],
                    expansion=expansions[4],
                    eps=eps,
                    momentum=momentum,
                    drop=drop * (sum(layers[:4]) + 0) / sum(layers),
                ),
                *(
                    MBConv(
                        widths[5],
                        channels=widths[5],
                        kernel=kernels[4],
                        expansion=expansions[4],
                        eps=eps,
                        momentum=momentum,
                        drop=drop * (sum(layers[:4]) + i) / sum(layers),
                    )
                    for i in range(1, layers[4])
                ),
            ),
            nn.Sequential(
                MBConv(
                    widths[5],
                    channels=widths[6],
                    kernel=kernels[5],
                    stride=strides[5],
                    expansion=expansions[5],
                    eps=eps,
                    momentum=momentum,
                    drop=drop * (sum(layers[:5]) + 0) / sum(layers),
                ),
                *(
                    MBConv(
                        widths[6],
                        channels=widths[6],
                        kernel=kernels[5],
                        expansion=expansions[5],
                        eps=eps,
                        momentum=momentum,
                        drop=drop * (sum(layers[:5]) + i) / sum(layers),
                    )
                    for i in range(1, layers[5])
                ),
            ),
            nn.Sequential(
                MBConv(
                    widths[6],
                    channels=widths[7],
                    kernel=kernels[6],
                    stride=strides[6],
                    expansion=expansions[6],
                    eps=eps,
                    momentum=momentum,
                    drop=drop * (sum(layers[:6]) + 0) / sum(layers),
                ),
                *(
                    MBConv(
                        widths[7],
                        channels=widths[7],
                        kernel=kernels[6],
                        expansion=expansions[6],
                        eps=eps,
                        momentum=momentum,
                        drop=drop * (sum(layers[:6]) + i) / sum(layers),
                    )
                    for i in range(1, layers[6])
                ),
            ),
            ConvNorm(
                widths[7], channels=widths[8], kernel=1, eps=eps, momentum=momentum
            ),
        )
        self.classifier = nn.Sequential(
            nn.Dropout(dropout), nn.Linear(widths[8], classes)
        )
        self.reset_parameters()

    def reset_parameters(self) -> None:
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, mode="fan_out")
            if isinstance(module, nn.Conv2d | nn.Linear) and module.bias is not None:
                nn.init.zeros_(module.bias)
            if isinstance(module, nn.Linear):
                nn.init.uniform_(
                    module.weight, a=-1 / self.classes**0.5, b=1 / self.classes**0.5
                )

    def forward(self, image: Tensor) -> Tensor:
        x = F.adaptive_avg_pool2d(self.features(image), 1)  # (B, widths[8], 1, 1)
        logits: Tensor = self.classifier(torch.flatten(x, 1))  # (B, classes)
        return logits


def efficientnet_b0(
    widths: Sequence[int] = (32, 16, 24, 40, 80, 112, 192, 320, 1280),
    layers: Sequence[int] = (1, 2, 2, 3, 3, 4, 1),
    expansions: Sequence[int] = (1, 6, 6, 6, 6, 6, 6),
    kernels: Sequence[int] = (3, 3, 5, 3, 5, 5, 3),
    strides: Sequence[int] = (1, 2, 2, 2, 1, 2, 1),
    drop: float = 0.2,
    eps: float = 1e-05,
    momentum: float = 0.1,
    dropout: float = 0.2,
    classes: int = 1000,
    channels: int = 3,
) -> EfficientNet:
    """The efficientnet_b0 model with the values of the "paper" preset as defaults."""
    return EfficientNet(
        channels,
        widths=widths,
        layers=layers,
        expansions=expansions,
        kernels=kernels,
        strides=strides,
        drop=drop,
        eps=eps,
        momentum=momentum,
        dropout=dropout,
        classes=classes,
    )
