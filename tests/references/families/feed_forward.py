"""References of the feed-forward templates."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from tests.references.case import Case, columns, in_order
from tests.references.counting import linear, mlp
from tests.references.families import Counts


class Mlp(nn.Module):
    """64-128-64-10 with ReLU."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(64, 128), nn.Linear(128, 64), nn.Linear(64, 10)])

    def forward(self, x: Tensor) -> Tensor:
        for layer in self.layers[:-1]:
            x = layer(x).clamp(min=0)
        return self.layers[-1](x)


class Unit(nn.Module):
    """Rosenblatt's unit: 30 weights and a threshold, nothing known at first. Gives its answer and its sum."""

    def __init__(self) -> None:
        super().__init__()
        self.weights = nn.Parameter(torch.zeros(1, 30))
        self.threshold = nn.Parameter(torch.zeros(1))

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        total = (x * self.weights).sum(dim=1, keepdim=True) + self.threshold
        return torch.where(total < 0, 0.0, 1.0), total


class Softmax(nn.Module):
    """64-10, shares written out; gives their logarithms. Starts as torch's Linear does."""

    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.Linear(64, 10)

    def forward(self, x: Tensor) -> Tensor:
        grown = torch.exp(self.layer(x))
        return torch.log(grown / grown.sum(dim=1, keepdim=True))


class Regression(nn.Module):
    """Two hidden layers of ReLU and a sum, as of the tutorial's 13-64-64-1."""

    def __init__(self, inputs: int) -> None:
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(inputs, 64), nn.Linear(64, 64), nn.Linear(64, 1)])

    def forward(self, x: Tensor) -> Tensor:
        for layer in self.layers[:-1]:
            x = layer(x).clamp(min=0)
        return self.layers[-1](x)


COUNTS: Counts = {
    "perceptron": {"paper": {"perceptron": linear(30, 1)}},
    "single_layer": {"paper": {"single_layer": linear(64, 10)}},
    "mlp_regression": {
        "paper": {"mlp_regression": mlp([13, 64, 64, 1])},
        "diabetes": {"mlp_regression": mlp([10, 64, 64, 1])},
    },
    "mlp_classifier": {"paper": {"mlp_classifier": mlp([64, 128, 64, 10])}},
}


CASES = (
    Case(
        template="perceptron",
        reference="by hand",
        build=Unit,
        inputs=columns(5, 30),
        translate=in_order,
        keys="in order",
    ),
    Case(
        template="single_layer",
        reference="by hand",
        build=Softmax,
        inputs=columns(5, 64),
        translate=in_order,
        keys="in order",
    ),
    Case(
        template="mlp_regression",
        reference="by hand",
        build=lambda: Regression(13),
        inputs=columns(5, 13),
        translate=in_order,
        keys="in order",
    ),
    Case(
        template="mlp_regression",
        preset="diabetes",
        reference="by hand",
        build=lambda: Regression(10),
        inputs=columns(5, 10),
        translate=in_order,
        keys="in order",
    ),
    Case(
        template="mlp_classifier",
        reference="by hand",
        build=Mlp,
        inputs=columns(5, 64),
        translate=in_order,
        keys="in order",
    ),
)
