"""AlexNet."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

__all__ = ["AlexNet", "Classifier2012", "Features2012", "alexnet"]


class Features2012(nn.Module):
    """Five convolutions, three of them in two groups, two of them normalised.

    image (B, in_channels, H, W) -> (B, widths[4], 6, 6)
    """

    def __init__(
        self, in_channels: int, widths: Sequence[int] = (64, 192, 384, 256, 256)
    ) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(in_channels, widths[0], kernel_size=11, stride=4)
        self.conv2 = nn.Conv2d(widths[0], widths[1], kernel_size=5, padding=2, groups=2)
        self.conv3 = nn.Conv2d(widths[1], widths[2], kernel_size=3, padding=1)
        self.conv4 = nn.Conv2d(widths[2], widths[3], kernel_size=3, padding=1, groups=2)
        self.conv5 = nn.Conv2d(widths[3], widths[4], kernel_size=3, padding=1, groups=2)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.normal_(module.weight, std=0.01)
                if module.bias is not None:
                    nn.init.zeros_(module.bias)
        nn.init.ones_(self.get_parameter("conv2.bias"))
        nn.init.ones_(self.get_parameter("conv4.bias"))
        nn.init.ones_(self.get_parameter("conv5.bias"))

    def forward(self, image: Tensor) -> Tensor:
        x = F.local_response_norm(F.relu(self.conv1(image)), 5, k=2.0)
        x = F.relu(self.conv2(F.max_pool2d(x, 3, stride=2)))  # (B, widths[1], 27, 27)
        x = F.max_pool2d(F.local_response_norm(x, 5, k=2.0), 3, stride=2)
        x = self.conv4(F.relu(self.conv3(x)))  # (B, widths[3], 13, 13)
        x = F.relu(self.conv5(F.relu(x)))  # (B, widths[4], 13, 13)
        return F.max_pool2d(x, 3, stride=2)  # (B, widths[4], 6, 6)


class Classifier2012(nn.Module):
    """Two wide layers with dropout after each, and the logits.

    x (B, in_features) -> (B, classes)
    """

    def __init__(
        self,
        in_features: int,
        hidden: int = 4096,
        classes: int = 1000,
        dropout: float = 0.5,
    ) -> None:
        super().__init__()
        self.fc6 = nn.Linear(in_features, hidden)
        self.drop6 = nn.Dropout(dropout)
        self.fc7 = nn.Linear(hidden, hidden)
        self.drop7 = nn.Dropout(dropout)
        self.fc8 = nn.Linear(hidden, classes)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        for module in self.modules():
            if isinstance(module, nn.Linear):
                nn.init.normal_(module.weight, std=0.01)
                nn.init.zeros_(module.bias)
        nn.init.ones_(self.fc6.bias)
        nn.init.ones_(self.fc7.bias)

    def forward(self, x: Tensor) -> Tensor:
        x = self.drop6(F.relu(self.fc6(x)))  # (B, hidden)
        x = self.drop7(F.relu(self.fc7(x)))
        logits: Tensor = self.fc8(x)  # (B, classes)
        return logits


class AlexNet(nn.Module):
    """Five convolutions that find, three layers that decide.

    image (B, in_channels, H, W) -> (B, classes)
    """

    def __init__(
        self,
        in_channels: int,
        form: str = "one tower",
        widths: Sequence[int] = (64, 192, 384, 256, 256),
        hidden: int = 4096,
        classes: int = 1000,
        dropout: float = 0.5,
    ) -> None:
        super().__init__()
        if form == "2012":
            self.features: nn.Module = Features2012(in_channels, widths=widths)
            self.classifier: nn.Module = Classifier2012(
                widths[4] * 36, hidden=hidden, classes=classes, dropout=dropout
            )
        else:
            self.features = nn.Sequential(
                nn.Conv2d(in_channels, widths[0], kernel_size=11, stride=4, padding=2),
                nn.ReLU(),
                nn.MaxPool2d(3, stride=2),
                nn.Conv2d(widths[0], widths[1], kernel_size=5, padding=2),
                nn.ReLU(),
                nn.MaxPool2d(3, stride=2),
                nn.Conv2d(widths[1], widths[2], kernel_size=3, padding=1),
                nn.ReLU(),
                nn.Conv2d(widths[2], widths[3], kernel_size=3, padding=1),
                nn.ReLU(),
                nn.Conv2d(widths[3], widths[4], kernel_size=3, padding=1),
                nn.ReLU(),
                nn.MaxPool2d(3, stride=2),
            )
            self.classifier = nn.Sequential(
                nn.Dropout(dropout),
                nn.Linear(widths[4] * 36, hidden),
                nn.ReLU(),
                nn.Dropout(dropout),
                nn.Linear(hidden, hidden),
                nn.ReLU(),
                nn.Linear(hidden, classes),
            )

    def forward(self, image: Tensor) -> Tensor:
        x = F.adaptive_avg_pool2d(self.features(image), 6)  # (B, widths[4], 6, 6)
        logits: Tensor = self.classifier(torch.flatten(x, 1))  # (B, classes)
        return logits


def alexnet(
    form: str = "one tower",
    widths: Sequence[int] = (64, 192, 384, 256, 256),
    hidden: int = 4096,
    classes: int = 1000,
    dropout: float = 0.5,
    channels: int = 3,
) -> AlexNet:
    """The alexnet model with the values of the "paper" preset as defaults."""
    return AlexNet(
        channels,
        form=form,
        widths=widths,
        hidden=hidden,
        classes=classes,
        dropout=dropout,
    )
