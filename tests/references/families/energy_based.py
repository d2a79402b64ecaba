"""References of the energy-based templates."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from tests.references.case import Case, columns, prefixed
from tests.references.counting import linear
from tests.references.families import Counts


def machine(visible: int, hidden: int) -> int:
    """A matrix, and a bias for each unit."""
    return visible * hidden + visible + hidden


class Machine(nn.Module):
    """deeplearning.net's RBM: W starts uniformly within 4 √(6 / (visible + hidden)). Units one by one."""

    def __init__(self, visible: int, hidden: int) -> None:
        super().__init__()
        bound = 4 * math.sqrt(6 / (visible + hidden))
        self.W = nn.Parameter(torch.empty(visible, hidden).uniform_(-bound, bound))
        self.hbias, self.vbias = nn.Parameter(torch.zeros(hidden)), nn.Parameter(torch.zeros(visible))

    def forward(self, v: Tensor) -> Tensor:
        chances = [1 / (1 + torch.exp(-(v @ column + bias))) for column, bias in zip(self.W.T, self.hbias, strict=True)]
        return torch.stack(chances, dim=1)


class Stack(nn.Module):
    """Three machines one way, and a logistic regression that starts at zero, as in the tutorial."""

    def __init__(self) -> None:
        super().__init__()
        self.rbm1, self.rbm2, self.rbm3 = Machine(784, 1000), Machine(1000, 1000), Machine(1000, 1000)
        self.W, self.b = nn.Parameter(torch.zeros(10, 1000)), nn.Parameter(torch.zeros(10))

    def forward(self, v: Tensor) -> Tensor:
        return self.rbm3(self.rbm2(self.rbm1(v))) @ self.W.T + self.b


class OneStack(nn.Module):
    """The template's four models as one."""

    def __init__(self, rbm1: nn.Module, rbm2: nn.Module, rbm3: nn.Module, output: nn.Module) -> None:
        super().__init__()
        self.rbm1, self.rbm2, self.rbm3, self.output = rbm1, rbm2, rbm3, output

    def forward(self, v: Tensor) -> Tensor:
        for rbm in (self.rbm1, self.rbm2, self.rbm3):
            v = rbm(v)[0]
        return self.output(v)


COUNTS: Counts = {
    "rbm": {"paper": {"rbm": machine(784, 500)}},
    "dbn": {
        "paper": {
            "rbm1": machine(784, 1000),
            "rbm2": machine(1000, 1000),
            "rbm3": machine(1000, 1000),
            "output": linear(1000, 10),
        }
    },
}


CASES = (
    Case(
        template="rbm",
        reference="by hand, as deeplearning.net",
        build=lambda: Machine(784, 500),
        inputs=columns(5, 784),
        call=lambda model, inputs: found[0] if isinstance(found := model(*inputs), tuple) else found,
    ),
    Case(
        template="dbn",
        models=("rbm1", "rbm2", "rbm3", "output"),
        reference="by hand, as deeplearning.net",
        build=Stack,
        inputs=columns(3, 784),
        translate=prefixed({"output.linear.weight": "W", "output.linear.bias": "b"}),
        keys="its own for the output",
        join=OneStack,
    ),
)
