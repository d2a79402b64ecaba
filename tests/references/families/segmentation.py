"""References of the templates that mark each pixel."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

from tests.references.case import Case, image, in_order
from tests.references.counting import conv
from tests.references.families import Counts


def unet(width: int = 64, inputs: int = 1, classes: int = 2) -> int:
    widths = [width * 2**level for level in range(5)]
    down = sum(conv(a, b, 3) + conv(b, b, 3) for a, b in zip([inputs, *widths], widths, strict=False))
    up = sum(conv(2 * a, a, 2) + conv(2 * a, a, 3) + conv(a, a, 3) for a in widths[:-1])
    return down + up + conv(width, classes, 1)


class UNet(nn.Module):
    """Figure 1 of the paper: unpadded 3×3 convolutions, 2×2 up-convolutions, centred crops. Starts as section 3 says:
    normal, with a variance of two over the number of inputs of a unit.
    """

    def __init__(self) -> None:
        super().__init__()
        widths = [64, 128, 256, 512, 1024]
        self.layers = nn.ModuleList()
        for before, width in zip([1, *widths[:-1]], widths, strict=True):
            self.layers.extend([nn.Conv2d(before, width, 3), nn.Conv2d(width, width, 3)])
        for width in reversed(widths[:-1]):
            self.layers.append(nn.ConvTranspose2d(2 * width, width, 2, 2))
            self.layers.extend([nn.Conv2d(2 * width, width, 3), nn.Conv2d(width, width, 3)])
        self.layers.append(nn.Conv2d(64, 2, 1))
        for layer in self.layers:
            is_up = isinstance(layer, nn.ConvTranspose2d)  # its 2×2 windows do not overlap: one place feeds a unit
            inputs = layer.in_channels * (1 if is_up else math.prod(layer.kernel_size))
            nn.init.normal_(layer.weight, std=math.sqrt(2 / inputs))

    def forward(self, x: Tensor) -> Tensor:
        layers = iter(self.layers)
        bridges = []
        for level in range(5):
            if level:
                x = F.max_pool2d(x, 2)
            x = next(layers)(x).clamp(min=0)
            x = next(layers)(x).clamp(min=0)
            bridges.append(x)
        for bridge in reversed(bridges[:-1]):
            x = next(layers)(x)
            top, left = (bridge.shape[2] - x.shape[2]) // 2, (bridge.shape[3] - x.shape[3]) // 2
            x = torch.cat([bridge[:, :, top : top + x.shape[2], left : left + x.shape[3]], x], dim=1)
            x = next(layers)(x).clamp(min=0)
            x = next(layers)(x).clamp(min=0)
        return next(layers)(x)


FAN_IN_OF_UP = (
    "torch counts four inputs of a 2×2 up-convolution's unit for every two that the paper's rule counts, so that the "
    "template starts these four layers smaller by a root of two"
)


COUNTS: Counts = {
    "unet": {"paper": {"unet": unet()}},
}


CASES = (
    Case(
        template="unet",
        reference="by hand",
        build=UNet,
        inputs=image(1, 252, 188),
        translate=in_order,
        keys="in order",
        explained={r"^layers\.(10|13|16|19)\.weight$": FAN_IN_OF_UP},
    ),
)
