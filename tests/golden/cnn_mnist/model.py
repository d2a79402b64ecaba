"""Simple CNN."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

__all__ = ["SimpleCNN", "cnn_mnist"]


class SimpleCNN(nn.Module):
    """Two convolutions with pools, and two fully connected layers.

    image (B, in_channels, H, W) -> (B, classes)
    """

    def __init__(
        self,
        in_channels: int,
        width: int = 32,
        hidden: int = 128,
        classes: int = 10,
        drop_maps: float = 0.25,
        drop_hidden: float = 0.5,
    ) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(in_channels, width, kernel_size=3)
        self.conv2 = nn.Conv2d(width, width * 2, kernel_size=3)
        self.dropout1 = nn.Dropout(drop_maps)
        self.fc1 = nn.Linear(width * 50, hidden)
        self.dropout2 = nn.Dropout(drop_hidden)
        self.fc2 = nn.Linear(hidden, classes)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        for module in self.modules():
            if isinstance(module, nn.Conv2d | nn.Linear):
                nn.init.xavier_uniform_(module.weight)
                if module.bias is not None:
                    nn.init.zeros_(module.bias)

    def forward(self, image: Tensor) -> Tensor:
        x = F.max_pool2d(F.relu(self.conv1(image)), 2)  # (B, width, 13, 13)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)  # (B, width * 2, 5, 5)
        x = self.fc1(torch.flatten(self.dropout1(x), 1))  # (B, hidden)
        logits: Tensor = self.fc2(self.dropout2(F.relu(x)))  # (B, classes)
        return logits


def cnn_mnist(
    width: int = 32,
    hidden: int = 128,
    classes: int = 10,
    drop_maps: float = 0.25,
    drop_hidden: float = 0.5,
    channels: int = 1,
) -> SimpleCNN:
    """The cnn_mnist model with the values of the "paper" preset as defaults."""
    return SimpleCNN(
        channels,
        width=width,
        hidden=hidden,
        classes=classes,
        drop_maps=drop_maps,
        drop_hidden=drop_hidden,
    )
