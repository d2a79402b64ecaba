"""VGG-19."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

__all__ = ["VGG", "vgg19"]


class VGG(nn.Module):
    """Stages of 3x3 convolutions, then a classifier of three layers.

    image (B, in_channels, H, W) -> (B, classes)
    """

    def __init__(
        self,
        in_channels: int,
        width: int = 64,
        hidden: int = 4096,
        classes: int = 1000,
        dropout: float = 0.5,
        batch_norm: bool = False,
    ) -> None:
        super().__init__()
        self.hidden = hidden
        if batch_norm:
            self.features: nn.Module = nn.Sequential(
                nn.Conv2d(in_channels, width, kernel_size=3, padding=1),
                nn.BatchNorm2d(width),
                nn.ReLU(),
                nn.Conv2d(width, width, kernel_size=3, padding=1),
                nn.BatchNorm2d(width),
                nn.ReLU(),
                nn.MaxPool2d(2, stride=2),
                nn.Conv2d(width, width * 2, kernel_size=3, padding=1),
                nn.BatchNorm2d(width * 2),
                nn.ReLU(),
                nn.Conv2d(width * 2, width * 2, kernel_size=3, padding=1),
                nn.BatchNorm2d(width * 2),
                nn.ReLU(),
                nn.MaxPool2d(2, stride=2),
                nn.Conv2d(width * 2, width * 4, kernel_size=3, padding=1),
                nn.BatchNorm2d(width * 4),
                nn.ReLU(),
                nn.Conv2d(width * 4, width * 4, kernel_size=3, padding=1),
                nn.BatchNorm2d(width * 4),
                nn.ReLU(),
                nn.Conv2d(width * 4, width * 4, kernel_size=3, padding=1),
                nn.BatchNorm2d(width * 4),
                nn.ReLU(),
                nn.Conv2d(width * 4, width * 4, kernel_size=3, padding=1),
                nn.BatchNorm2d(width * 4),
                nn.ReLU(),
                nn.MaxPool2d(2, stride=2),
                nn.Conv2d(width * 4, width * 8, kernel_size=3, padding=1),
                nn.BatchNorm2d(width * 8),
                nn.ReLU(),
                nn.Conv2d(width * 8, width * 8, kernel_size=3, padding=1),
                nn.BatchNorm2d(width * 8),
                nn.ReLU(),
                nn.Conv2d(width * 8, width * 8, kernel_size=3, padding=1),
                nn.BatchNorm2d(width * 8),
                nn.ReLU(),
                nn.Conv2d(width * 8, width * 8, kernel_size=3, padding=1),
                nn.BatchNorm2d(width * 8),
                nn.ReLU(),
                nn.MaxPool2d(2, stride=2),
                nn.Conv2d(width * 8, width * 8, kernel_size=3, padding=1),
                nn.BatchNorm2d(width * 8),
                nn.ReLU(),
                nn.Conv2d(width * 8, width * 8, kernel_size=3, padding=1),
                nn.BatchNorm2d(width * 8),
                nn.ReLU(),
                nn.Conv2d(width * 8, width * 8, kernel_size=3, padding=1),
                nn.BatchNorm2d(width * 8),
                nn.ReLU(),
                nn.Conv2d(width * 8, width * 8, kernel_size=3, padding=1),
                nn.BatchNorm2d(width * 8),
                nn.ReLU(),
                nn.MaxPool2d(2, stride=2),
            )
        else:
            self.features = nn.Sequential(
                nn.Conv2d(in_channels, width, kernel_size=3, padding=1),
                nn.ReLU(),
                nn.Conv2d(width, width, kernel_size=3, padding=1),
                nn.ReLU(),
                nn.MaxPool2d(2, stride=2),
                nn.Conv2d(width, width * 2, kernel_size=3, padding=1),
                nn.ReLU(),
                nn.Conv2d(width * 2, width * 2, kernel_size=3, padding=1),
                nn.ReLU(),
                nn.MaxPool2d(2, stride=2),
                nn.Conv2d(width * 2, width * 4, kernel_size=3, padding=1),
                nn.ReLU(),
                nn.Conv2d(width * 4, width * 4, kernel_size=3, padding=1),
                nn.ReLU(),
                nn.Conv2d(width * 4, width * 4, kernel_size=3, padding=1),
                nn.ReLU(),
                nn.Conv2d(width * 4, width * 4, kernel_size=3, padding=1),
                nn.ReLU(),
                nn.MaxPool2d(2, stride=2),
                nn.Conv2d(width * 4, width * 8, kernel_size=3, padding=1),
                nn.ReLU(),
                nn.Conv2d(width * 8, width * 8, kernel_size=3, padding=1),
                nn.ReLU(),
                nn.Conv2d(width * 8, width * 8, kernel_size=3, padding=1),
                nn.ReLU(),
                nn.Conv2d(width * 8, width * 8, kernel_size=3, padding=1),
                nn.ReLU(),
                nn.MaxPool2d(2, stride=2),
                nn.Conv2d(width * 8, width * 8, kernel_size=3, padding=1),
                nn.ReLU(),
                nn.Conv2d(width * 8, width * 8, kernel_size=3, padding=1),
                nn.ReLU(),
                nn.Conv2d(width * 8, width * 8, kernel_size=3, padding=1),
                nn.ReLU(),
                nn.Conv2d(width * 8, width * 8, kernel_size=3, padding=1),
                nn.ReLU(),
                nn.MaxPool2d(2, stride=2),
            )
        self.classifier = nn.Sequential(
            nn.Linear(width * 392, hidden),
            nn.ReLU(),
            nn.Dropout(dropout),
            nn.Linear(hidden, hidden),
            nn.ReLU(),
            nn.Dropout(dropout),
            nn.Linear(hidden, classes),
        )
        self.reset_parameters()

    def reset_parameters(self) -> None:
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(
                    module.weight, mode="fan_out", nonlinearity="relu"
                )
            if isinstance(module, nn.Conv2d | nn.Linear) and module.bias is not None:
                nn.init.zeros_(module.bias)
            if isinstance(module, nn.Linear):
                nn.init.normal_(module.weight, std=0.64 / self.hidden**0.5)

    def forward(self, image: Tensor) -> Tensor:
        x = F.adaptive_avg_pool2d(self.features(image), 7)  # (B, width * 8, 7, 7)
        logits: Tensor = self.classifier(torch.flatten(x, 1))  # (B, classes)
        return logits


def vgg19(
    width: int = 64,
    hidden: int = 4096,
    classes: int = 1000,
    dropout: float = 0.5,
    batch_norm: bool = False,
    channels: int = 3,
) -> VGG:
    """The vgg19 model with the values of the "paper" preset as defaults."""
    return VGG(
        channels,
        width=width,
        hidden=hidden,
        classes=classes,
        dropout=dropout,
        batch_norm=batch_norm,
    )
