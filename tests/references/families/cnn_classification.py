"""References of the convolutional classifiers: LeNet-5 by hand, the others of torchvision."""

from __future__ import annotations

import itertools

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

from tests.references.case import Case, image, in_order, prefixed, torchvision_case
from tests.references.counting import conv, linear, mlp, norm, resnet
from tests.references.families import Counts


def lenet5() -> int:
    return conv(1, 6, 5) + conv(6, 16, 5) + conv(16, 120, 5) + mlp([120, 84, 10])


def lenet5_1998() -> int:
    """Table I of the paper: 60 connections from S2's maps to C3's, two numbers for each map of S2 and S4."""
    return conv(1, 6, 5) + 2 * 6 + (60 * 25 + 16) + 2 * 16 + conv(16, 120, 5) + linear(120, 84)


def vgg16(norms: bool = False) -> int:
    stages = ((64, 2), (128, 2), (256, 3), (512, 3), (512, 3))
    widths = [3, *(width for width, layers in stages for _ in range(layers))]
    convolutions = sum(conv(a, b, 3) for a, b in itertools.pairwise(widths))
    return convolutions + norms * sum(map(norm, widths[1:])) + mlp([512 * 7 * 7, 4096, 4096, 1000])


class LeNet5(nn.Module):
    """As it is usually drawn: every map of S2 feeds every map of C3, means for subsampling, tanh."""

    def __init__(self) -> None:
        super().__init__()
        self.convolutions = nn.ModuleList([nn.Conv2d(1, 6, 5), nn.Conv2d(6, 16, 5), nn.Conv2d(16, 120, 5)])
        self.full = nn.ModuleList([nn.Linear(120, 84), nn.Linear(84, 10)])

    def forward(self, x: Tensor) -> Tensor:
        c1, c3, c5 = self.convolutions
        for layer in (c1, c3):
            x = torch.tanh(layer(x))
            x = (x[..., ::2, ::2] + x[..., 1::2, ::2] + x[..., ::2, 1::2] + x[..., 1::2, 1::2]) / 4
        x = torch.tanh(c5(x))[..., 0, 0]
        return self.full[1](torch.tanh(self.full[0](x)))


class LeNet1998(nn.Module):
    """Section II.B of the paper: Table I for C3, learnt subsampling, squashing after all layers up to F6, distances."""

    def __init__(self) -> None:
        super().__init__()
        sizes = {
            "c1.weight": (6, 1, 5, 5), "c1.bias": (6,), "s2.weight": (6,), "s2.bias": (6,),
            "c3.weight": (60, 5, 5), "c3.bias": (16,), "s4.weight": (16,), "s4.bias": (16,),
            "c5.weight": (120, 16, 5, 5), "c5.bias": (120,), "f6.weight": (84, 120), "f6.bias": (84,),
        }  # fmt: skip
        self.numbers = nn.ParameterDict({name.replace(".", "_"): torch.empty(size) for name, size in sizes.items()})
        self.register_buffer("codes", torch.randint(2, (10, 84)) * 2.0 - 1)  # any: the template's pictures are loaded
        fan_in = {"c1": 25, "s2": 4, "s4": 4, "c5": 400, "f6": 120}
        for name, number in self.numbers.items():
            layer = name.split("_")[0]
            bounds = [2.4 / fan_in[layer]] if layer != "c3" else self.bounds_of_c3(name)
            with torch.no_grad():
                bound = torch.tensor(bounds).reshape(-1, *[1] * (number.dim() - 1))
                number.uniform_(-1, 1).mul_(bound)

    @staticmethod
    def inputs_of(output: int) -> list[int]:
        """Which maps of S2 a map of C3 sees: runs of three, runs of four, two pairs apart, all."""
        if output < 6:
            return [(output + step) % 6 for step in range(3)]
        if output < 12:
            return [(output + step) % 6 for step in range(4)]
        if output < 15:
            return [(output + step) % 6 for step in (0, 1, 3, 4)]
        return list(range(6))

    def bounds_of_c3(self, name: str) -> list[float]:
        sees = [len(self.inputs_of(output)) for output in range(16)]
        counts = [1] * 16 if name.endswith("bias") else sees
        return [2.4 / (25 * seen) for seen, count in zip(sees, counts, strict=True) for _ in range(count)]

    def forward(self, x: Tensor) -> Tensor:
        n = self.numbers
        x = squash(F.conv2d(x, n["c1_weight"], n["c1_bias"]))
        x = squash(self.halve(x, n["s2_weight"], n["s2_bias"]))
        maps, kernel = [], 0
        for output in range(16):
            total = n["c3_bias"][output]
            for seen in self.inputs_of(output):
                total = total + F.conv2d(x[:, seen : seen + 1], n["c3_weight"][kernel][None, None])
                kernel += 1
            maps.append(total)
        x = squash(torch.cat(maps, dim=1))
        x = squash(self.halve(x, n["s4_weight"], n["s4_bias"]))
        x = squash(F.conv2d(x, n["c5_weight"], n["c5_bias"]))[..., 0, 0]
        x = squash(x @ n["f6_weight"].T + n["f6_bias"])
        return torch.stack([-((x - code) ** 2).sum(-1) for code in self.codes], dim=-1)

    @staticmethod
    def halve(x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
        sums = x[..., ::2, ::2] + x[..., 1::2, ::2] + x[..., ::2, 1::2] + x[..., 1::2, 1::2]
        return sums * weight.reshape(-1, 1, 1) + bias.reshape(-1, 1, 1)


def squash(x: Tensor) -> Tensor:
    return 1.7159 * torch.tanh(x * 2 / 3)


BOUNDS_OF_1998 = "the paper starts within 2.4 / fan-in; the template leaves what both forms share to torch"


LAYERS_OF_1998 = ("c1", "s2", "c3", "s4", "c5", "f6")


COUNTS: Counts = {
    "lenet5": {"paper": {"lenet5": lenet5()}, "1998": {"lenet5": lenet5_1998()}},
    "vgg16": {"paper": {"vgg16": vgg16()}},
    "resnet18": {"paper": {"resnet18": resnet((2, 2, 2, 2), False)}},
    "resnet50": {"paper": {"resnet50": resnet((3, 4, 6, 3), True)}},
    "resnet152": {"paper": {"resnet152": resnet((3, 8, 36, 3), True)}},
}


CASES = (
    Case(
        template="lenet5",
        reference="by hand",
        build=LeNet5,
        inputs=image(1, 32),
        translate=in_order,
        keys="in order",
    ),
    Case(
        template="lenet5",
        preset="1998",
        reference="by hand, from the paper's table I",
        build=LeNet1998,
        inputs=image(1, 32),
        translate=prefixed(
            {
                **{
                    f"{layer}.{name}": f"numbers.{layer}_{name}"
                    for layer in LAYERS_OF_1998
                    for name in ("weight", "bias")
                },
                "output.weight": "codes",
            }
        ),
        keys="its own",
        explained={r"^numbers\.(c1|c5|f6)_": BOUNDS_OF_1998},
    ),
    *map(torchvision_case, ("vgg16", "resnet18", "resnet50", "resnet152")),
)
