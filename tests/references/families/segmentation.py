"""References of the templates that mark each pixel."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from functools import partial

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

from tests.references.case import Case, image, in_order
from tests.references.counting import conv, norm, resnet
from tests.references.families import Counts
from tests.references.installed import torchvision_models


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


VGG = ((64, 2), (128, 2), (256, 3), (512, 3), (512, 3))
"""Width and number of convolutions of each stage of VGG-16."""


def fcn(stride: int, classes: int = 21) -> int:
    """VGG-16 as convolutions; a score for each map that is added; transposed convolutions between all classes."""
    widths = [3, *(width for width, layers in VGG for _ in range(layers))]
    trunk = sum(conv(a, b, 3) for a, b in itertools.pairwise(widths))
    wide = conv(512, 4096, 7) + conv(4096, 4096, 1)
    scored = {32: (4096,), 16: (4096, 512), 8: (4096, 512, 256)}[stride]
    kernels = {32: (64,), 16: (4, 32), 8: (4, 4, 16)}[stride]
    scores = sum(conv(width, classes, 1) for width in scored)
    return trunk + wide + scores + sum(conv(classes, classes, kernel, False) for kernel in kernels)


class Fcn(nn.Module):
    """The layers of the authors' configuration files (pads, kernels, crops from an offset on), with their names.
    Starts as VGG; scores at zero; each enlargement as bilinear interpolation, which torch itself is asked for.
    """

    def __init__(self, stride: int) -> None:
        super().__init__()
        self.stride = stride
        before = 3
        for stage, (width, layers) in enumerate(VGG, start=1):
            for layer in range(1, layers + 1):
                pad = 100 if stage == layer == 1 else 1
                self.add_module(f"conv{stage}_{layer}", nn.Conv2d(before, width, 3, padding=pad))
                before = width
        self.fc6, self.fc7 = nn.Conv2d(512, 4096, 7), nn.Conv2d(4096, 4096, 1)
        self.score_fr = nn.Conv2d(4096, 21, 1)
        for layer in self.modules():
            if isinstance(layer, nn.Conv2d):
                nn.init.kaiming_normal_(layer.weight, mode="fan_out", nonlinearity="relu")
                nn.init.zeros_(layer.bias)
        nn.init.zeros_(self.score_fr.weight)
        if stride < 32:
            self.upscore2, self.score_pool4 = enlarging(2), scoring(512)
        if stride < 16:
            self.upscore_pool4, self.score_pool3 = enlarging(2), scoring(256)
        self.last = {32: "upscore", 16: "upscore16", 8: "upscore8"}[stride]
        self.add_module(self.last, enlarging(stride))

    def forward(self, image: Tensor) -> Tensor:
        x, pools = image, {}
        for stage, (_, layers) in enumerate(VGG, start=1):
            for layer in range(1, layers + 1):
                x = self.get_submodule(f"conv{stage}_{layer}")(x).clamp(min=0)
            x = pools[stage] = F.max_pool2d(x, 2, ceil_mode=True)
        x = self.score_fr(self.fc7(self.fc6(x).clamp(min=0)).clamp(min=0))
        if self.stride < 32:
            x = self.upscore2(x)
            x = x + self.score_pool4(pools[4])[:, :, 5 : 5 + x.shape[2], 5 : 5 + x.shape[3]]
        if self.stride < 16:
            x = self.upscore_pool4(x)
            x = x + self.score_pool3(pools[3])[:, :, 9 : 9 + x.shape[2], 9 : 9 + x.shape[3]]
        x = self.get_submodule(self.last)(x)
        begin = {32: 19, 16: 27, 8: 31}[self.stride]
        return x[:, :, begin : begin + image.shape[2], begin : begin + image.shape[3]]


def scoring(width: int) -> nn.Conv2d:
    layer = nn.Conv2d(width, 21, 1)
    nn.init.zeros_(layer.weight)
    nn.init.zeros_(layer.bias)
    return layer


def enlarging(stride: int) -> nn.ConvTranspose2d:
    """What a single pixel becomes in torch's own bilinear interpolation is the kernel."""
    pixel = torch.zeros(1, 1, 5, 5)
    pixel[0, 0, 2, 2] = 1
    begin = 2 * stride - stride // 2
    tent = F.interpolate(pixel, scale_factor=stride, mode="bilinear")[0, 0, begin:][: 2 * stride, begin:][
        :, : 2 * stride
    ]
    layer = nn.ConvTranspose2d(21, 21, 2 * stride, stride, bias=False)
    with torch.no_grad():
        layer.weight.copy_(torch.eye(21)[:, :, None, None] * tent)
    return layer


def deeplab(layers: Sequence[int], head: str) -> int:
    """A ResNet without its classifier; five branches of 256 channels, mixed twice, and scores; or torchvision's FCN."""
    trunk = resnet(layers, bottlenecks=True, head=False)

    def normed(inputs: int, outputs: int, kernel: int) -> int:
        return conv(inputs, outputs, kernel, False) + norm(outputs)

    if head == "fcn":
        return trunk + normed(2048, 512, 3) + conv(512, 21, 1)
    branches = 2 * normed(2048, 256, 1) + 3 * normed(2048, 256, 3)
    return trunk + branches + normed(5 * 256, 256, 1) + normed(256, 256, 3) + conv(256, 21, 1)


def of_torchvision(name: str) -> nn.Module:
    found: nn.Module = getattr(torchvision_models().segmentation, name)(weights_backbone=None)
    return found


def scores(model: nn.Module, inputs: tuple[Tensor, ...]) -> Tensor:
    found = model(*inputs)
    return found if isinstance(found, Tensor) else found["out"]


DEEPLABS = (
    ("paper", "deeplabv3_resnet50", (3, 4, 6, 3), "pyramid"),
    ("resnet101", "deeplabv3_resnet101", (3, 4, 23, 3), "pyramid"),
    ("fcn_resnet50", "fcn_resnet50", (3, 4, 6, 3), "fcn"),
)
"""Preset, torchvision's name, residual blocks of each stage, and what makes classes of the maps."""

COUNTS: Counts = {
    "deeplabv3": {preset: {"deeplabv3": deeplab(layers, head)} for preset, _, layers, head in DEEPLABS},
    "unet": {"paper": {"unet": unet()}},
    "fcn": {"paper": {"fcn": fcn(8)}, "16s": {"fcn": fcn(16)}, "32s": {"fcn": fcn(32)}},
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
    *(
        Case(
            template="fcn",
            preset=preset,
            reference="by hand, from the authors' prototxt",
            build=partial(Fcn, stride),
            inputs=image(3, 96, 64),
        )
        for preset, stride in (("paper", 8), ("16s", 16), ("32s", 32))
    ),
    *(
        Case(
            template="deeplabv3",
            preset=preset,
            reference=f"torchvision {name}",
            build=partial(of_torchvision, name),
            inputs=image(3, 224, 64),
            call=scores,
        )
        for preset, name, *_ in DEEPLABS
    ),
)
