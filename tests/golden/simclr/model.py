"""SimCLR."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

__all__ = [
    "BasicBlock",
    "BasicResNet",
    "Bottleneck",
    "Downsample",
    "ProjectionHead",
    "ResNet",
    "SimCLR",
    "simclr",
]


class Downsample(nn.Sequential):
    """Gives the shortcut the shape of its block's output."""

    def __init__(self, in_channels: int, channels: int = 64, stride: int = 1) -> None:
        super().__init__(
            nn.Conv2d(in_channels, channels, kernel_size=1, stride=stride, bias=False),
            nn.BatchNorm2d(channels),
        )


class Bottleneck(nn.Module):
    """1x1 down, 3x3, and 1x1 up to four times as many, beside a shortcut."""

    def __init__(
        self, in_channels: int, planes: int = 64, stride: int = 1, branch: float = 1.0
    ) -> None:
        super().__init__()
        self.branch = branch
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
            self.downsample = Downsample(
                in_channels, channels=planes * 4, stride=stride
            )
        self.reset_parameters()

    def reset_parameters(self) -> None:
        nn.init.constant_(self.bn3.weight, val=self.branch)

    def forward(self, x: Tensor) -> Tensor:
        y = F.relu(self.bn1(self.conv1(x)))  # (B, planes, H, W)
        y = F.relu(self.bn2(self.conv2(y)))
        y = self.bn3(self.conv3(y))
        return F.relu(y + self.downsample(x))


class ProjectionHead(nn.Sequential):
    """One hidden layer, as wide as what enters.

    x (B, in_features) -> (B, projection)
    """

    def __init__(self, in_features: int, projection: int = 128) -> None:
        super().__init__(
            nn.Linear(in_features, in_features),
            nn.ReLU(),
            nn.Linear(in_features, projection),
        )


class ResNet(nn.Module):
    """ResNet with a head of two layers.

    image (B, in_channels, H, W) -> projection (B, projection), representation (B, width
    * 32)
    """

    def __init__(
        self,
        in_channels: int,
        layers: Sequence[int] = (3, 4, 6, 3),
        width: int = 64,
        branch: float = 1.0,
        projection: int = 128,
    ) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(
            in_channels, width, kernel_size=7, stride=2, padding=3, bias=False
        )
        self.bn1 = nn.BatchNorm2d(width)
        self.layer1 = nn.Sequential(
            Bottleneck(width, planes=width, branch=branch),
            *(
                Bottleneck(width * 4, planes=width, branch=branch)
                for _ in range(layers[0] - 1)
            ),
        )
        self.layer2 = nn.Sequential(
            Bottleneck(width * 4, planes=width * 2, stride=2, branch=branch),
            *(
                Bottleneck(width * 8, planes=width * 2, branch=branch)
                for _ in range(layers[1] - 1)
            ),
        )
        self.layer3 = nn.Sequential(
            Bottleneck(width * 8, planes=width * 4, stride=2, branch=branch),
            *(
                Bottleneck(width * 16, planes=width * 4, branch=branch)
                for _ in range(layers[2] - 1)
            ),
        )
        self.layer4 = nn.Sequential(
            Bottleneck(width * 16, planes=width * 8, stride=2, branch=branch),
            *(
                Bottleneck(width * 32, planes=width * 8, branch=branch)
                for _ in range(layers[3] - 1)
            ),
        )
        self.fc = ProjectionHead(width * 32, projection=projection)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(
                    module.weight, mode="fan_out", nonlinearity="relu"
                )

    def forward(self, image: Tensor) -> tuple[Tensor, Tensor]:
        x = F.relu(self.bn1(self.conv1(image)))  # (B, width, H/2, W/2)
        x = self.layer1(F.max_pool2d(x, 3, stride=2, padding=1))
        x = self.layer2(x)  # (B, width * 8, H/8, W/8)
        x = self.layer3(x)  # (B, width * 16, H/16, W/16)
        x = F.adaptive_avg_pool2d(self.layer4(x), 1)  # (B, width * 32, 1, 1)
        representation = torch.flatten(x, 1)  # (B, width * 32)
        return self.fc(representation), representation


class BasicBlock(nn.Module):
    """Two 3x3 convolutions beside a shortcut."""

    def __init__(
        self, in_channels: int, planes: int = 64, stride: int = 1, branch: float = 1.0
    ) -> None:
        super().__init__()
        self.branch = branch
        self.conv1 = nn.Conv2d(
            in_channels, planes, kernel_size=3, stride=stride, padding=1, bias=False
        )
        self.bn1 = nn.BatchNorm2d(planes)
        self.conv2 = nn.Conv2d(planes, planes, kernel_size=3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(planes)
        self.downsample: nn.Module = nn.Identity()
        if stride != 1 or in_channels != planes:
            self.downsample = Downsample(in_channels, channels=planes, stride=stride)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        nn.init.constant_(self.bn2.weight, val=self.branch)

    def forward(self, x: Tensor) -> Tensor:
        y = F.relu(self.bn1(self.conv1(x)))
        y = self.bn2(self.conv2(y))
        return F.relu(y + self.downsample(x))


class BasicResNet(nn.Module):
    """ResNet with a head of two layers.

    image (B, in_channels, H, W) -> projection (B, projection), representation (B, width
    * 8)
    """

    def __init__(
        self,
        in_channels: int,
        layers: Sequence[int] = (3, 4, 6, 3),
        width: int = 64,
        branch: float = 1.0,
        projection: int = 128,
    ) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(
            in_channels, width, kernel_size=7, stride=2, padding=3, bias=False
        )
        self.bn1 = nn.BatchNorm2d(width)
        self.layer1 = nn.Sequential(
            *(BasicBlock(width, planes=width, branch=branch) for _ in range(layers[0]))
        )
        self.layer2 = nn.Sequential(
            BasicBlock(width, planes=width * 2, stride=2, branch=branch),
            *(
                BasicBlock(width * 2, planes=width * 2, branch=branch)
                for _ in range(layers[1] - 1)
            ),
        )
        self.layer3 = nn.Sequential(
            BasicBlock(width * 2, planes=width * 4, stride=2, branch=branch),
            *(
                BasicBlock(width * 4, planes=width * 4, branch=branch)
                for _ in range(layers[2] - 1)
            ),
        )
        self.layer4 = nn.Sequential(
            BasicBlock(width * 4, planes=width * 8, stride=2, branch=branch),
            *(
                BasicBlock(width * 8, planes=width * 8, branch=branch)
                for _ in range(layers[3] - 1)
            ),
        )
        self.fc = ProjectionHead(width * 8, projection=projection)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(
                    module.weight, mode="fan_out", nonlinearity="relu"
                )

    def forward(self, image: Tensor) -> tuple[Tensor, Tensor]:
        x = F.relu(self.bn1(self.conv1(image)))  # (B, width, 112, 112)
        x = self.layer1(F.max_pool2d(x, 3, stride=2, padding=1))  # (B, width, 56, 56)
        x = self.layer2(x)  # (B, width * 2, 28, 28)
        x = self.layer3(x)  # (B, width * 4, 14, 14)
        x = F.adaptive_avg_pool2d(self.layer4(x), 1)  # (B, width * 8, 1, 1)
        representation = torch.flatten(x, 1)  # (B, width * 8)
        return self.fc(representation), representation


class SimCLR(nn.Module):
    """What the net sees in an image, and the vector that is compared."""

    def __init__(
        self,
        in_channels: int,
        block: str = "bottleneck",
        layers: Sequence[int] = (3, 4, 6, 3),
        width: int = 64,
        branch: float = 1.0,
        projection: int = 128,
    ) -> None:
        super().__init__()
        if block == "basic":
            self.backbone: nn.Module = BasicResNet(
                in_channels,
                layers=layers,
                width=width,
                branch=branch,
                projection=projection,
            )
        else:
            self.backbone = ResNet(
                in_channels,
                layers=layers,
                width=width,
                branch=branch,
                projection=projection,
            )

    def forward(self, image: Tensor) -> tuple[Tensor, Tensor]:
        projection, representation = self.backbone(image)
        return projection, representation


def simclr(
    block: str = "bottleneck",
    layers: Sequence[int] = (3, 4, 6, 3),
    width: int = 64,
    branch: float = 1.0,
    projection: int = 128,
    channels: int = 3,
) -> SimCLR:
    """The simclr model with the values of the "paper" preset as defaults."""
    return SimCLR(
        channels,
        block=block,
        layers=layers,
        width=width,
        branch=branch,
        projection=projection,
    )
