"""References of further convolutional classifiers: torchvision's, and by hand where nobody publishes one."""

from __future__ import annotations

import itertools
from math import ceil
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

from tests.references.case import Case, image, in_order, torchvision_case
from tests.references.counting import conv, linear, mlp, norm, resnet
from tests.references.families import Counts
from tests.references.installed import require, torchvision


def vgg19(norms: bool = False) -> int:
    """Column E of the paper's Table 1: pairs of 64 and 128, fours of 256, 512 and 512."""
    columns = [3, *[64] * 2, *[128] * 2, *[256] * 4, *[512] * 8]
    convolutions = sum(conv(a, b, 3) for a, b in itertools.pairwise(columns))
    return convolutions + norms * sum(map(norm, columns[1:])) + mlp([512 * 7 * 7, 4096, 4096, 1000])


def cnn_mnist() -> int:
    return conv(1, 32, 3) + conv(32, 64, 3) + mlp([64 * 5 * 5, 128, 10])


def window_classifier() -> int:
    """A window of 16×16 becomes 12, 6, 4 and 1; digits and background."""
    return conv(1, 32, 5) + conv(32, 64, 3) + conv(64, 128, 4) + linear(128, 11)


def alexnet() -> int:
    convolutions = conv(3, 64, 11) + conv(64, 192, 5) + conv(192, 384, 3) + conv(384, 256, 3) + conv(256, 256, 3)
    return convolutions + mlp([256 * 6 * 6, 4096, 4096, 1000])


def alexnet_2012() -> int:
    """Figure 2 of the paper, which counts the kernels of each card: 48, 128, 192, 192 and 128."""
    one_card = conv(3, 48, 11) + conv(48, 128, 5) + conv(256, 192, 3) + conv(192, 192, 3) + conv(192, 128, 3)
    return 2 * one_card + mlp([256 * 6 * 6, 4096, 4096, 1000])


def mobilenet(width: int = 32) -> int:
    """Table 1 of the paper: after the stem, thirteen pairs up to 32 times its channels."""
    factors = (1, 2, 4, 4, 8, 8, *[16] * 6, 32, 32)
    pairs = itertools.pairwise([factor * width for factor in factors])
    total = conv(3, width, 3, False) + norm(width) + linear(32 * width, 1000)
    return total + sum(9 * a + norm(a) + conv(a, b, 1, False) + norm(b) for a, b in pairs)


def mobile_inverted(inputs: int, outputs: int, kernel: int, expansion: int) -> int:
    """Widened unless by 1, depthwise, weighed through a quarter of the inputs, narrowed; norms, no other biases."""
    wide = inputs * expansion
    widened = conv(inputs, wide, 1, False) + norm(wide) if expansion > 1 else 0
    depthwise = wide * kernel**2 + norm(wide)
    squeezed = max(1, inputs // 4)
    weighed = linear(wide, squeezed) + linear(squeezed, wide)
    return widened + depthwise + weighed + conv(wide, outputs, 1, False) + norm(outputs)


def multiple_of_8(number: float) -> int:
    """The nearest, unless that takes away more than a tenth."""
    nearest = max(8, int(number + 4) // 8 * 8)
    return nearest + 8 if nearest < 0.9 * number else nearest


def efficientnet(width: float, depth: float) -> int:
    """Table 1 of the paper, scaled."""
    table = ((1, 3, 16, 1), (6, 3, 24, 2), (6, 5, 40, 2), (6, 3, 80, 3), (6, 5, 112, 3), (6, 5, 192, 4), (6, 3, 320, 1))
    before = multiple_of_8(32 * width)
    total = conv(3, before, 3, False) + norm(before)
    for expansion, kernel, channels, layers in table:
        after = multiple_of_8(channels * width)
        for _ in range(ceil(layers * depth)):
            total += mobile_inverted(before, after, kernel, expansion)
            before = after
    return total + conv(before, 4 * before, 1, False) + norm(4 * before) + linear(4 * before, 1000)


EFFICIENTNETS = {
    "paper": (1.0, 1.0),
    "b1": (1.0, 1.1),
    "b2": (1.1, 1.2),
    "b3": (1.2, 1.4),
    "b4": (1.4, 1.8),
    "b5": (1.6, 2.2),
    "b6": (1.8, 2.6),
    "b7": (2.0, 3.1),
}
"""Multipliers of width and depth in the authors' repository."""


COUNTS: Counts = {
    "vgg19": {"paper": {"vgg19": vgg19()}, "batch_norm": {"vgg19": vgg19(norms=True)}},
    "resnet34": {"paper": {"resnet34": resnet((3, 4, 6, 3), False)}},
    "resnet101": {"paper": {"resnet101": resnet((3, 4, 23, 3), True)}},
    "cnn_mnist": {"paper": {"cnn_mnist": cnn_mnist()}},
    "sliding_window_cnn": {"paper": {"classifier": window_classifier()}},
    "alexnet": {"paper": {"alexnet": alexnet()}, "2012": {"alexnet": alexnet_2012()}},
    "mobilenet_v1": {
        preset: {"mobilenet_v1": mobilenet(width)}
        for preset, width in {"paper": 32, "0.75": 24, "0.5": 16, "0.25": 8}.items()
    },
    "efficientnet_b0": {name: {"efficientnet_b0": efficientnet(*scale)} for name, scale in EFFICIENTNETS.items()},
}


class TutorialCnn(nn.Module):
    """The tutorial's Keras model: valid convolutions, Glorot's start. Dropout rests in a comparison."""

    def __init__(self) -> None:
        super().__init__()
        self.convolutions = nn.ModuleList([nn.Conv2d(1, 32, 3), nn.Conv2d(32, 64, 3)])
        self.hidden, self.output = nn.Linear(1600, 128), nn.Linear(128, 10)
        for number in self.parameters():
            if number.dim() > 1:
                nn.init.xavier_uniform_(number)
            else:
                nn.init.zeros_(number)

    def forward(self, x: Tensor) -> Tensor:
        for layer in self.convolutions:
            x = layer(x).clamp(min=0)
            x = x[..., : x.shape[-2] // 2 * 2, : x.shape[-1] // 2 * 2].unfold(2, 2, 2).unfold(3, 2, 2).amax((-2, -1))
        logits: Tensor = self.output(self.hidden(x.reshape(len(x), -1)).clamp(min=0))
        return logits


class OneByOne(nn.Module):
    """Each window cut out and classified by itself, with fully connected layers: what sliding gives at once."""

    def __init__(self) -> None:
        super().__init__()
        self.convolutions = nn.ModuleList([nn.Conv2d(1, 32, 5), nn.Conv2d(32, 64, 3)])
        self.hidden, self.output = nn.Conv2d(64, 128, 4), nn.Conv2d(128, 11, 1)  # used as matrices

    def classified(self, window: Tensor) -> Tensor:
        first, second = self.convolutions
        x = F.max_pool2d(first(window).clamp(min=0), 2)
        x = second(x).clamp(min=0).flatten(1)
        x = F.linear(x, self.hidden.weight.flatten(1), self.hidden.bias).clamp(min=0)
        return F.linear(x, self.output.weight.flatten(1), self.output.bias)

    def forward(self, image: Tensor) -> Tensor:
        places = [range(0, side - 15, 2) for side in image.shape[2:]]
        rows = [
            torch.stack([self.classified(image[..., y : y + 16, x : x + 16]) for x in places[1]], dim=-1)
            for y in places[0]
        ]
        return torch.stack(rows, dim=-2)


class AlexNet2012(nn.Module):
    """Two cards written out: each has half of the maps; the third convolution and the full layers see both halves.

    Dropout rests in a comparison.
    """

    def __init__(self) -> None:
        super().__init__()
        sizes = {
            "conv1": (96, 3, 11), "conv2": (256, 48, 5), "conv3": (384, 256, 3),
            "conv4": (384, 192, 3), "conv5": (256, 192, 3),
        }  # fmt: skip
        self.numbers = nn.ParameterDict()
        for name, (outputs, inputs, side) in sizes.items():
            self.numbers[f"{name}_weight"] = torch.empty(outputs, inputs, side, side)
            self.numbers[f"{name}_bias"] = torch.empty(outputs)
        for name, (inputs, outputs) in {"fc6": (9216, 4096), "fc7": (4096, 4096), "fc8": (4096, 1000)}.items():
            self.numbers[f"{name}_weight"] = torch.empty(outputs, inputs)
            self.numbers[f"{name}_bias"] = torch.empty(outputs)
        for name, number in self.numbers.items():
            if name.endswith("weight"):
                nn.init.normal_(number, std=0.01)
            else:
                nn.init.constant_(number, float(name.split("_")[0] in ("conv2", "conv4", "conv5", "fc6", "fc7")))

    def on_both(self, name: str, x: Tensor, padding: int) -> Tensor:
        """Each card's kernels see the maps of that card."""
        weight, bias = self.numbers[f"{name}_weight"], self.numbers[f"{name}_bias"]
        cards = zip(x.chunk(2, 1), weight.chunk(2), bias.chunk(2), strict=True)
        return torch.cat([F.conv2d(maps, w, b, padding=padding) for maps, w, b in cards], dim=1).relu()

    def full(self, name: str, x: Tensor) -> Tensor:
        weight, bias = self.numbers[f"{name}_weight"], self.numbers[f"{name}_bias"]
        return F.linear(x, weight, bias)

    def forward(self, x: Tensor) -> Tensor:
        n = self.numbers
        x = F.conv2d(x, n["conv1_weight"], n["conv1_bias"], stride=4).relu()
        x = F.max_pool2d(inhibited(x), 3, 2)
        x = F.max_pool2d(inhibited(self.on_both("conv2", x, 2)), 3, 2)
        x = F.conv2d(x, n["conv3_weight"], n["conv3_bias"], padding=1).relu()
        x = self.on_both("conv5", self.on_both("conv4", x, 1), 1)
        x = F.max_pool2d(x, 3, 2).flatten(1)
        for name in ("fc6", "fc7"):
            x = self.full(name, x).relu()
        return self.full("fc8", x)


def inhibited(x: Tensor) -> Tensor:
    """Section 3.3 of the paper, with the sum over five maps divided by five, as the authors' programme has it."""
    squares = F.pad(x.square(), (0, 0, 0, 0, 2, 2))
    sums = torch.stack([squares[:, shift : shift + x.shape[1]] for shift in range(5)]).sum(0)
    return x / (2 + 1e-4 / 5 * sums).pow(0.75)


def timm_mobilenet() -> Any:
    require("timm")
    import timm  # type: ignore[import-not-found]

    return timm.create_model("mobilenetv1_100")


def other_form(template: str, preset: str, name: str, size: int, training_size: int = 64) -> Case:
    """A further preset that is a model of its own in torchvision."""
    return Case(
        template=template,
        preset=preset,
        reference=f"torchvision {name}",
        build=lambda: torchvision(name),
        inputs=image(3, size, training_size),
    )


CASES: tuple[Case, ...] = (
    torchvision_case("vgg19"),
    other_form("vgg19", "batch_norm", "vgg19_bn", 224),
    *map(torchvision_case, ("resnet34", "resnet101")),
    Case(
        template="cnn_mnist",
        reference="by hand",
        build=TutorialCnn,
        inputs=image(1, 28),
        translate=in_order,
        keys="in order",
    ),
    Case(
        template="sliding_window_cnn",
        models=("classifier",),
        reference="by hand, window by window",
        build=OneByOne,
        inputs=image(1, 28),
        translate=in_order,
        keys="in order",
    ),
    torchvision_case("alexnet"),
    Case(
        template="alexnet",
        preset="2012",
        reference="by hand, from the paper's figure 2",
        build=AlexNet2012,
        inputs=image(3, 227),
        translate=in_order,
        keys="in order",
    ),
    Case(
        template="mobilenet_v1",
        reference="timm mobilenetv1_100",
        build=timm_mobilenet,
        inputs=image(3, 224, 64),
    ),
    torchvision_case("efficientnet_b0"),
    other_form("efficientnet_b0", "b3", "efficientnet_b3", 128),
    other_form("efficientnet_b0", "b5", "efficientnet_b5", 128),
)
