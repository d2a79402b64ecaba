"""BYOL."""

from collections import OrderedDict
from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

__all__ = [
    "MLP",
    "Bottleneck",
    "Online",
    "Predictor",
    "ResNet",
    "SoftChoices",
    "online",
    "predictor",
    "target",
]


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
            self.downsample = nn.Sequential(
                nn.Conv2d(
                    in_channels, planes * 4, kernel_size=1, stride=stride, bias=False
                ),
                nn.BatchNorm2d(planes * 4),
            )
        self.reset_parameters()

    def reset_parameters(self) -> None:
        nn.init.constant_(self.bn3.weight, val=self.branch)

    def forward(self, x: Tensor) -> Tensor:
        y = F.relu(self.bn1(self.conv1(x)))  # (B, planes, H, W)
        y = F.relu(self.bn2(self.conv2(y)))
        y = self.bn3(self.conv3(y))
        return F.relu(y + self.downsample(x))


class ResNet(nn.Module):
    """ResNet without its classifier.

    image (B, in_channels, H, W) -> (B, width * 32)
    """

    def __init__(
        self,
        in_channels: int,
        layers: Sequence[int] = (3, 4, 6, 3),
        width: int = 64,
        branch: float = 1.0,
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
        return torch.flatten(x, 1)  # (B, width * 32)


class SoftChoices(nn.Module):
    """Groups of numbers, each turned into shares of a whole."""

    def __init__(
        self, simplices: int = 32, options: int = 8, temperature: float = 0.1
    ) -> None:
        super().__init__()
        self.simplices = simplices
        self.options = options
        self.temperature = temperature

    def forward(self, x: Tensor) -> Tensor:
        x = torch.unflatten(x, -1, (self.simplices, self.options))
        return torch.flatten(F.softmax(x * (1 / self.temperature), dim=-1), 1)


class MLP(nn.Sequential):
    """One hidden layer, normalised.

    x (B, in_features) -> (B, features)
    """

    def __init__(
        self, in_features: int, hidden: int = 4096, features: int = 256
    ) -> None:
        super().__init__(
            nn.Linear(in_features, hidden),
            nn.BatchNorm1d(hidden),
            nn.ReLU(),
            nn.Linear(hidden, features),
        )


class Online(nn.Module):
    """Encoder and projector.

    image (B, in_channels, H, W) -> projection (B, projection), representation (B, width
    * 32)
    """

    def __init__(
        self,
        in_channels: int,
        layers: Sequence[int] = (3, 4, 6, 3),
        width: int = 64,
        branch: float = 1.0,
        hidden: int = 4096,
        projection: int = 256,
        simplices: int = 32,
        options: int = 8,
        temperature: float = 0.1,
    ) -> None:
        super().__init__()
        self.net = ResNet(in_channels, layers=layers, width=width, branch=branch)
        self.projector = nn.Sequential(
            OrderedDict(
                [
                    *(
                        [
                            (
                                "0",
                                nn.Sequential(
                                    nn.Linear(width * 32, simplices * options),
                                    nn.BatchNorm1d(options * simplices),
                                ),
                            )
                        ]
                        if simplices > 0
                        else []
                    ),
                    *(
                        [
                            (
                                "1",
                                SoftChoices(
                                    simplices=simplices,
                                    options=options,
                                    temperature=temperature,
                                ),
                            )
                        ]
                        if simplices > 0
                        else []
                    ),
                    (
                        "2",
                        MLP(
                            options * simplices if simplices > 0 else width * 32,
                            hidden=hidden,
                            features=projection,
                        ),
                    ),
                ]
            )
        )

    def forward(self, image: Tensor) -> tuple[Tensor, Tensor]:
        representation = self.net(image)  # (B, width * 32)
        return self.projector(representation), representation


class Predictor(nn.Module):
    """What the other view's projection should be.

    x (B, in_features) -> (B, projection)
    """

    def __init__(
        self, in_features: int, hidden: int = 4096, projection: int = 256
    ) -> None:
        super().__init__()
        self.mlp = MLP(in_features, hidden=hidden, features=projection)

    def forward(self, x: Tensor) -> Tensor:
        prediction: Tensor = self.mlp(x)  # (B, projection)
        return prediction


def online(
    layers: Sequence[int] = (3, 4, 6, 3),
    width: int = 64,
    branch: float = 1.0,
    hidden: int = 4096,
    projection: int = 256,
    simplices: int = 32,
    options: int = 8,
    temperature: float = 0.1,
    channels: int = 3,
) -> Online:
    """The online model with the values of the "paper" preset as defaults."""
    return Online(
        channels,
        layers=layers,
        width=width,
        branch=branch,
        hidden=hidden,
        projection=projection,
        simplices=simplices,
        options=options,
        temperature=temperature,
    )


def predictor(hidden: int = 4096, projection: int = 256) -> Predictor:
    """The predictor model with the values of the "paper" preset as defaults."""
    return Predictor(projection, hidden=hidden, projection=projection)


def target(
    layers: Sequence[int] = (3, 4, 6, 3),
    width: int = 64,
    branch: float = 1.0,
    hidden: int = 4096,
    projection: int = 256,
    simplices: int = 32,
    options: int = 8,
    temperature: float = 0.1,
    channels: int = 3,
) -> Online:
    """The target model with the values of the "paper" preset as defaults."""
    return Online(
        channels,
        layers=layers,
        width=width,
        branch=branch,
        hidden=hidden,
        projection=projection,
        simplices=simplices,
        options=options,
        temperature=temperature,
    )
