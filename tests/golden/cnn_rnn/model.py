"""Convolutional net and LSTM (LRCN)."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

__all__ = [
    "BasicBlock3d",
    "Frame",
    "RecurrentConvolutional",
    "VideoClassifier",
    "cnn_rnn",
]


class Frame(nn.Module):
    """What is in one picture, and where.

    image (B, in_channels, H, W) -> (B, features)
    """

    def __init__(self, in_channels: int, width: int = 16, features: int = 64) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(in_channels, width, kernel_size=3, padding=1)
        self.conv2 = nn.Conv2d(width, width * 2, kernel_size=3, padding=1)
        self.fc = nn.Linear(width * 32, features)

    def forward(self, image: Tensor) -> Tensor:
        x = F.max_pool2d(F.relu(self.conv1(image)), 2)  # (B, width, 8, 8)
        x = F.adaptive_max_pool2d(F.relu(self.conv2(x)), 4)  # (B, width * 2, 4, 4)
        return F.relu(self.fc(torch.flatten(x, 1)))  # (B, features)


class RecurrentConvolutional(nn.Module):
    """The same net looks at each frame, and an LSTM at what it saw.

    video (B, T, in_depth, H, W) -> (B, classes)
    """

    def __init__(
        self,
        in_depth: int,
        width: int = 16,
        features: int = 64,
        hidden: int = 64,
        classes: int = 8,
    ) -> None:
        super().__init__()
        self.frame = Frame(in_depth, width=width, features=features)
        self.lstm = nn.LSTM(features, hidden, batch_first=True)
        self.head = nn.Linear(hidden, classes)

    def forward(self, video: Tensor) -> Tensor:
        descriptions: list[Tensor] = []
        for image_t in video.unbind(dim=1):
            description = self.frame(image_t)
            descriptions.append(description)
        x = torch.stack(descriptions, dim=1)  # (B, T, features)
        x, _ = self.lstm(x)
        logits: Tensor = self.head(x[:, -1])  # (B, classes)
        return logits


class BasicBlock3d(nn.Module):
    """Two 3x3x3 convolutions beside a shortcut."""

    def __init__(self, in_channels: int, planes: int = 64, stride: int = 1) -> None:
        super().__init__()
        self.conv1 = nn.Sequential(
            nn.Conv3d(
                in_channels, planes, kernel_size=3, stride=stride, padding=1, bias=False
            ),
            nn.BatchNorm3d(planes),
            nn.ReLU(),
        )
        self.conv2 = nn.Sequential(
            nn.Conv3d(planes, planes, kernel_size=3, padding=1, bias=False),
            nn.BatchNorm3d(planes),
        )
        self.downsample: nn.Module = nn.Identity()
        if stride != 1 or in_channels != planes:
            self.downsample = nn.Sequential(
                nn.Conv3d(
                    in_channels, planes, kernel_size=1, stride=stride, bias=False
                ),
                nn.BatchNorm3d(planes),
            )

    def forward(self, x: Tensor) -> Tensor:
        y = self.conv1(x)
        y = self.conv2(y)
        return F.relu(y + self.downsample(x))


class VideoClassifier(nn.Module):
    """What happens in a film: by one of two kinds of net.

    video (B, T, in_depth, H, W) -> (B, classes)
    """

    def __init__(
        self,
        in_depth: int,
        width: int = 16,
        features: int = 64,
        hidden: int = 64,
        classes: int = 8,
        form: str = "lrcn",
    ) -> None:
        super().__init__()
        self.form = form
        self.recurrent: nn.Module = nn.Identity()
        if form == "lrcn":
            self.recurrent = RecurrentConvolutional(
                in_depth, width=width, features=features, hidden=hidden, classes=classes
            )
        self.stem: nn.Module = nn.Identity()
        if form == "conv3d":
            self.stem = nn.Sequential(
                nn.Conv3d(
                    in_depth,
                    64,
                    kernel_size=(3, 7, 7),
                    stride=(1, 2, 2),
                    padding=(1, 3, 3),
                    bias=False,
                ),
                nn.BatchNorm3d(64),
                nn.ReLU(),
            )
        self.layer1: nn.Module = nn.Identity()
        if form == "conv3d":
            self.layer1 = nn.Sequential(BasicBlock3d(64), BasicBlock3d(64))
        self.layer2: nn.Module = nn.Identity()
        if form == "conv3d":
            self.layer2 = nn.Sequential(
                BasicBlock3d(64, planes=128, stride=2), BasicBlock3d(128, planes=128)
            )
        self.layer3: nn.Module = nn.Identity()
        if form == "conv3d":
            self.layer3 = nn.Sequential(
                BasicBlock3d(128, planes=256, stride=2), BasicBlock3d(256, planes=256)
            )
        self.layer4: nn.Module = nn.Identity()
        if form == "conv3d":
            self.layer4 = nn.Sequential(
                BasicBlock3d(256, planes=512, stride=2), BasicBlock3d(512, planes=512)
            )
        self.fc: nn.Module = nn.Identity()
        if form == "conv3d":
            self.fc = nn.Linear(512, classes)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        for module in self.modules():
            if isinstance(module, nn.Conv3d):
                nn.init.kaiming_normal_(
                    module.weight, mode="fan_out", nonlinearity="relu"
                )
        for name, parameter in self.named_parameters():
            if name == "fc.weight":
                nn.init.normal_(parameter, std=0.01)
            if name == "fc.bias":
                nn.init.zeros_(parameter)

    def forward(self, video: Tensor) -> Tensor:
        logits: Tensor = self.recurrent(video)
        if self.form == "conv3d":
            logits = logits.permute(0, 2, 1, 3, 4)
        logits = self.stem(logits)
        logits = self.layer1(logits)
        logits = self.layer2(logits)
        logits = self.layer3(logits)
        logits = self.layer4(logits)
        if self.form == "conv3d":
            logits = F.adaptive_avg_pool3d(logits, 1)
        if self.form == "conv3d":
            logits = torch.flatten(logits, 1)
        logits = self.fc(logits)  # (B, classes)
        return logits


def cnn_rnn(
    channels: int = 1,
    width: int = 16,
    features: int = 64,
    hidden: int = 64,
    classes: int = 8,
    form: str = "lrcn",
) -> VideoClassifier:
    """The cnn_rnn model with the values of the "paper" preset as defaults."""
    return VideoClassifier(
        channels,
        width=width,
        features=features,
        hidden=hidden,
        classes=classes,
        form=form,
    )
