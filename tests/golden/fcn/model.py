"""FCN-8s."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

__all__ = ["FCN", "fcn"]


class BilinearConvTranspose2d(nn.ConvTranspose2d):
    """Upsampling that begins as bilinear interpolation and may learn better.

    (B, channels, H, W) -> (B, channels, (H + 1) * stride, (W + 1) * stride)
    """

    def __init__(self, channels: int, stride: int = 2) -> None:
        super().__init__(
            channels, channels, kernel_size=2 * stride, stride=stride, bias=False
        )

    def reset_parameters(self) -> None:
        """Give each channel a tent of its own, and nothing of the others."""
        stride = self.stride[0]
        place = torch.arange(2 * stride, device=self.weight.device)
        tent = 1 - (place - (stride - 0.5)).abs() / stride
        with torch.no_grad():
            self.weight.zero_()
            self.weight.diagonal().copy_(tent[:, None, None] * tent[None, :, None])


def crop_from(x: Tensor, like: Tensor, offset: int) -> Tensor:
    """Cut the sides of all dimensions after the channels down to those of ``like``."""
    for dim in range(2, x.dim()):
        x = x.narrow(dim, offset, like.shape[dim])
    return x


class FCN(nn.Module):
    """VGG-16 as convolutions only; its coarse scores are enlarged, and finer ones added
    on the way.

    image (B, in_channels, H, W) -> (B, classes, H, W)
    """

    def __init__(
        self,
        in_channels: int,
        width: int = 64,
        hidden: int = 4096,
        classes: int = 21,
        stride: int = 8,
        kernel: int = 7,
        padding: int = 100,
        dropout: float = 0.5,
    ) -> None:
        super().__init__()
        self.stride = stride
        self.kernel = kernel
        self.padding = padding
        self.conv1_1 = nn.Conv2d(in_channels, width, kernel_size=3, padding=padding)
        self.conv1_2 = nn.Conv2d(width, width, kernel_size=3, padding=1)
        self.conv2_1 = nn.Conv2d(width, width * 2, kernel_size=3, padding=1)
        self.conv2_2 = nn.Conv2d(width * 2, width * 2, kernel_size=3, padding=1)
        self.conv3_1 = nn.Conv2d(width * 2, width * 4, kernel_size=3, padding=1)
        self.conv3_2 = nn.Conv2d(width * 4, width * 4, kernel_size=3, padding=1)
        self.conv3_3 = nn.Conv2d(width * 4, width * 4, kernel_size=3, padding=1)
        self.conv4_1 = nn.Conv2d(width * 4, width * 8, kernel_size=3, padding=1)
        self.conv4_2 = nn.Conv2d(width * 8, width * 8, kernel_size=3, padding=1)
        self.conv4_3 = nn.Conv2d(width * 8, width * 8, kernel_size=3, padding=1)
        self.conv5_1 = nn.Conv2d(width * 8, width * 8, kernel_size=3, padding=1)
        self.conv5_2 = nn.Conv2d(width * 8, width * 8, kernel_size=3, padding=1)
        self.conv5_3 = nn.Conv2d(width * 8, width * 8, kernel_size=3, padding=1)
        self.fc6 = nn.Conv2d(width * 8, hidden, kernel_size=kernel)
        self.drop6 = nn.Dropout(dropout)
        self.fc7 = nn.Conv2d(hidden, hidden, kernel_size=1)
        self.drop7 = nn.Dropout(dropout)
        self.score_fr = nn.Conv2d(hidden, classes, kernel_size=1)
        self.upscore2: nn.Module = nn.Identity()
        if stride < 32:
            self.upscore2 = BilinearConvTranspose2d(classes)
        self.score_pool4: nn.Module = nn.Identity()
        if stride < 32:
            self.score_pool4 = nn.Conv2d(width * 8, classes, kernel_size=1)
        self.upscore_pool4: nn.Module = nn.Identity()
        if stride < 16:
            self.upscore_pool4 = BilinearConvTranspose2d(classes)
        self.score_pool3: nn.Module = nn.Identity()
        if stride < 16:
            self.score_pool3 = nn.Conv2d(width * 4, classes, kernel_size=1)
        self.upscore8: nn.Module = nn.Identity()
        if stride == 8:
            self.upscore8 = BilinearConvTranspose2d(classes, stride=8)
        self.upscore16: nn.Module = nn.Identity()
        if stride == 16:
            self.upscore16 = BilinearConvTranspose2d(classes, stride=16)
        self.upscore: nn.Module = nn.Identity()
        if stride == 32:
            self.upscore = BilinearConvTranspose2d(classes, stride=32)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(
                    module.weight, mode="fan_out", nonlinearity="relu"
                )
                if module.bias is not None:
                    nn.init.zeros_(module.bias)
        nn.init.zeros_(self.score_fr.weight)
        for name, parameter in self.named_parameters():
            if name == "score_pool4.weight":
                nn.init.zeros_(parameter)
            if name == "score_pool3.weight":
                nn.init.zeros_(parameter)

    def forward(self, image: Tensor) -> Tensor:
        x = self.conv1_2(F.relu(self.conv1_1(image)))
        x = self.conv2_1(F.max_pool2d(F.relu(x), 2, stride=2, ceil_mode=True))
        x = F.relu(self.conv2_2(F.relu(x)))
        x = F.relu(self.conv3_1(F.max_pool2d(x, 2, stride=2, ceil_mode=True)))
        x = self.conv3_3(F.relu(self.conv3_2(x)))
        x = F.max_pool2d(F.relu(x), 2, stride=2, ceil_mode=True)
        y = self.conv4_2(F.relu(self.conv4_1(x)))
        y = F.relu(self.conv4_3(F.relu(y)))
        y = F.max_pool2d(y, 2, stride=2, ceil_mode=True)
        conv5_2 = self.conv5_2(F.relu(self.conv5_1(y)))
        conv5_2 = F.relu(self.conv5_3(F.relu(conv5_2)))
        conv5_2 = F.relu(self.fc6(F.max_pool2d(conv5_2, 2, stride=2, ceil_mode=True)))
        conv5_2 = F.relu(self.fc7(self.drop6(conv5_2)))
        conv5_2 = self.upscore2(self.score_fr(self.drop7(conv5_2)))
        y = self.score_pool4(y)
        if self.stride < 32:
            y = crop_from(y, conv5_2, self.kernel - 2)
        if self.stride < 32:
            conv5_2 = conv5_2 + y
        conv5_2 = self.upscore_pool4(conv5_2)
        x = self.score_pool3(x)
        if self.stride < 16:
            x = crop_from(x, conv5_2, 2 * self.kernel - 5)
        if self.stride < 16:
            conv5_2 = conv5_2 + x
        conv5_2 = self.upscore(self.upscore16(self.upscore8(conv5_2)))
        logits = crop_from(
            conv5_2, image, self.padding + 47 - self.stride // 2 - 16 * self.kernel
        )
        return logits


def fcn(
    width: int = 64,
    hidden: int = 4096,
    classes: int = 21,
    stride: int = 8,
    kernel: int = 7,
    padding: int = 100,
    dropout: float = 0.5,
    channels: int = 3,
) -> FCN:
    """The fcn model with the values of the "paper" preset as defaults."""
    return FCN(
        channels,
        width=width,
        hidden=hidden,
        classes=classes,
        stride=stride,
        kernel=kernel,
        padding=padding,
        dropout=dropout,
    )
