"""Sliding-window CNN."""

from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

__all__ = ["WindowNet", "classifier"]


class WindowNet(nn.Module):
    """What each window shows, for all windows of an image at once.

    image (B, in_channels, H, W) -> (B, classes, (H - 6)//2 - 4, (W - 6)//2 - 4)
    """

    def __init__(
        self, in_channels: int, width: int = 32, hidden: int = 128, classes: int = 11
    ) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(in_channels, width, kernel_size=5)
        self.conv2 = nn.Conv2d(width, width * 2, kernel_size=3)
        self.fc = nn.Conv2d(width * 2, hidden, kernel_size=4)
        self.score = nn.Conv2d(hidden, classes, kernel_size=1)

    def forward(self, image: Tensor) -> Tensor:
        x = F.max_pool2d(F.relu(self.conv1(image)), 2)
        x = self.fc(F.relu(self.conv2(x)))
        logits: Tensor = self.score(F.relu(x))
        return logits


def classifier(width: int = 32, hidden: int = 128, classes: int = 11) -> WindowNet:
    """The classifier model with the values of the "paper" preset as defaults."""
    return WindowNet(1, width=width, hidden=hidden, classes=classes)
