"""LeNet-5."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

__all__ = ["LeNet5", "lenet5"]


class ScaledTanh(nn.Module):
    """A tanh stretched so that 1 stays 1 and -1 stays -1."""

    def forward(self, x: Tensor) -> Tensor:
        return 1.7159 * torch.tanh(2 / 3 * x)


class Subsampling(nn.Module):
    """Sums each window of a map, times the map's learnt coefficient, plus its bias."""

    def __init__(self, channels: int, kernel_size: int = 2) -> None:
        super().__init__()
        self.kernel_size = kernel_size
        self.weight = nn.Parameter(torch.empty(channels))
        self.bias = nn.Parameter(torch.empty(channels))
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """As in the paper: uniform within 2.4 over the number of inputs of a unit."""
        bound = 2.4 / self.kernel_size**2
        nn.init.uniform_(self.weight, -bound, bound)
        nn.init.uniform_(self.bias, -bound, bound)

    def forward(self, x: Tensor) -> Tensor:
        sums = F.avg_pool2d(x, self.kernel_size, divisor_override=1)
        return sums * self.weight[:, None, None] + self.bias[:, None, None]


class PartiallyConnectedConv2d(nn.Module):
    """A convolution with one kernel for each connection of a table, none for the rest.

    ``connections`` lists for each output map the input maps that it sees. ``weight``
    holds the kernels in that order.
    """

    to_map: Tensor
    from_map: Tensor

    def __init__(
        self,
        in_channels: int,
        connections: Sequence[Sequence[int]],
        kernel_size: int = 5,
    ) -> None:
        super().__init__()
        self.in_channels = in_channels
        self.out_channels = len(connections)
        pairs = [
            (to_map, from_map)
            for to_map, row in enumerate(connections)
            for from_map in row
        ]
        self.fan_in = [len(row) * kernel_size**2 for row in connections]
        self.register_buffer(
            "to_map", torch.tensor([pair[0] for pair in pairs]), persistent=False
        )
        self.register_buffer(
            "from_map", torch.tensor([pair[1] for pair in pairs]), persistent=False
        )
        self.weight = nn.Parameter(torch.empty(len(pairs), kernel_size, kernel_size))
        self.bias = nn.Parameter(torch.empty(self.out_channels))
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """As in the paper: uniform within 2.4 over the number of inputs of a unit."""
        bounds = torch.tensor([2.4 / fan_in for fan_in in self.fan_in])
        with torch.no_grad():
            self.weight.uniform_(-1, 1).mul_(
                bounds[self.to_map.cpu(), None, None].to(self.weight.device)
            )
            self.bias.uniform_(-1, 1).mul_(bounds.to(self.bias.device))

    def forward(self, x: Tensor) -> Tensor:
        kernels = self.weight.new_zeros(
            self.out_channels, self.in_channels, *self.weight.shape[1:]
        )
        kernels[self.to_map, self.from_map] = self.weight
        return F.conv2d(x, kernels, self.bias)


DIGITS = """
..###.. ...#... .#####. .#####. ....##. ####### ..####. ####### ..###.. ..####.
.#...#. ..##... ##...## ##...## ...###. ##..... .##..## ##...## .##.##. .##..##
##...## .###... ##...## .....## ..####. ##..... ##..... .....## ##...## ##...##
##...## ...#... .....## .....## .##.##. ##..... ##..... ....##. ##...## ##...##
##...## ...#... ....##. ..####. ##..##. ######. ######. ....##. .##.##. ##...##
##...## ...#... ...##.. ..####. ##..##. ##...## ##...## ...##.. ..###.. .######
##...## ...#... ..##... .....## ####### .....## ##...## ...##.. .##.##. ..#####
##...## ...#... .##.... .....## ....##. .....## ##...## ..##... ##...## .....##
##...## ...#... ##..... .....## ....##. .....## ##...## ..##... ##...## .....##
##...## ...#... ##..... ##...## ....##. ##...## ##...## .##.... ##...## ##..##.
.#...#. ...#... ##..... ##...## ....##. ##...## .##.##. .##.... .##.##. .####..
..###.. .#####. ####### .#####. ....##. .#####. ..###.. .##.... ..###.. ..##...
"""


class RadialBasisOutput(nn.Module):
    """Squared distances to fixed codes of -1 and 1.

    distance[c] = sum over j of (x[j] - weight[c, j])^2. ``codes``: "digits" are
    pictures of the ten digits, 12 rows of 7; "random" are drawn once from a fixed seed.
    """

    weight: Tensor

    def __init__(
        self, in_features: int, classes: int = 10, codes: str = "digits"
    ) -> None:
        super().__init__()
        made = _pictures() if codes == "digits" else _drawn(classes, in_features)
        if made.shape != (classes, in_features):
            raise ValueError(
                f"The codes are {tuple(made.shape)}, "
                f"but ({classes}, {in_features}) is asked for."
            )
        self.register_buffer("weight", made)

    def forward(self, x: Tensor) -> Tensor:
        return (x.unsqueeze(-2) - self.weight).square().sum(-1)


def _pictures() -> Tensor:
    rows = [line.split() for line in DIGITS.split("\n") if line]
    texts = ["".join(row[digit] for row in rows) for digit in range(10)]
    return torch.tensor(
        [[1.0 if mark == "#" else -1.0 for mark in text] for text in texts]
    )


def _drawn(classes: int, features: int) -> Tensor:
    generator = torch.Generator().manual_seed(0)
    return torch.randint(0, 2, (classes, features), generator=generator) * 2.0 - 1.0


class LeNet5(nn.Module):
    """Three convolutions with averages between them, and two fully connected layers.

    image (B, in_channels, H, W) -> (B, classes)
    """

    def __init__(
        self, in_channels: int, form: str = "modern", classes: int = 10
    ) -> None:
        super().__init__()
        self.form = form
        self.c1 = nn.Conv2d(in_channels, 6, kernel_size=5)
        if form == "1998":
            self.bend1: nn.Module = ScaledTanh()
            self.s2: nn.Module = Subsampling(6)
            self.c3: nn.Module = PartiallyConnectedConv2d(
                6,
                (
                    (0, 1, 2),
                    (1, 2, 3),
                    (2, 3, 4),
                    (3, 4, 5),
                    (4, 5, 0),
                    (5, 0, 1),
                    (0, 1, 2, 3),
                    (1, 2, 3, 4),
                    (2, 3, 4, 5),
                    (3, 4, 5, 0),
                    (4, 5, 0, 1),
                    (5, 0, 1, 2),
                    (0, 1, 3, 4),
                    (1, 2, 4, 5),
                    (2, 3, 5, 0),
                    (0, 1, 2, 3, 4, 5),
                ),
            )
            self.bend3: nn.Module = ScaledTanh()
            self.s4: nn.Module = Subsampling(16)
        else:
            self.bend1 = nn.Tanh()
            self.s2 = nn.AvgPool2d(2)
            self.c3 = nn.Conv2d(6, 16, kernel_size=5)
            self.bend3 = nn.Tanh()
            self.s4 = nn.AvgPool2d(2)
        self.c5 = nn.Conv2d(16, 120, kernel_size=5)
        if form == "1998":
            self.bend5: nn.Module = ScaledTanh()
        else:
            self.bend5 = nn.Tanh()
        self.f6 = nn.Linear(120, 84)
        if form == "1998":
            self.bend6: nn.Module = ScaledTanh()
            self.output: nn.Module = RadialBasisOutput(84, classes)
        else:
            self.bend6 = nn.Tanh()
            self.output = nn.Linear(84, classes)

    def forward(self, image: Tensor) -> Tensor:
        x: Tensor = self.s2(self.bend1(self.c1(image)))  # (B, 6, 14, 14)
        if self.form == "1998":
            x = 1.7159 * torch.tanh(2 / 3 * x)
        x = self.s4(self.bend3(self.c3(x)))  # (B, 16, 5, 5)
        if self.form == "1998":
            x = 1.7159 * torch.tanh(2 / 3 * x)
        x = torch.flatten(self.bend5(self.c5(x)), 1)  # (B, 120)
        x = self.output(self.bend6(self.f6(x)))  # (B, classes)
        if self.form == "1998":
            x = -x
        return x


def lenet5(form: str = "modern", classes: int = 10) -> LeNet5:
    """The lenet5 model with the values of the "paper" preset as defaults."""
    return LeNet5(1, form=form, classes=classes)
