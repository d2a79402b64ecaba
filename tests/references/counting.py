"""Learnable parameters of layers, by formula: what the counts of whole architectures are derived with."""

from __future__ import annotations

import itertools
from collections.abc import Sequence


def linear(inputs: int, outputs: int, bias: bool = True) -> int:
    return inputs * outputs + bias * outputs


def conv(inputs: int, outputs: int, kernel: int, bias: bool = True) -> int:
    return inputs * outputs * kernel**2 + bias * outputs


def norm(channels: int) -> int:
    """Weight and bias of a batch or layer normalisation."""
    return 2 * channels


def mlp(widths: Sequence[int]) -> int:
    return sum(linear(a, b) for a, b in itertools.pairwise(widths))


def basic_block(inputs: int, planes: int, projected: bool) -> int:
    branch = conv(inputs, planes, 3, False) + conv(planes, planes, 3, False) + 2 * norm(planes)
    return branch + projected * (conv(inputs, planes, 1, False) + norm(planes))


def bottleneck(inputs: int, planes: int, projected: bool) -> int:
    branch = conv(inputs, planes, 1, False) + conv(planes, planes, 3, False) + conv(planes, 4 * planes, 1, False)
    projection = conv(inputs, 4 * planes, 1, False) + norm(4 * planes)
    return branch + 2 * norm(planes) + norm(4 * planes) + projected * projection


def resnet(layers: Sequence[int], bottlenecks: bool, head: bool = True) -> int:
    block, expansion = (bottleneck, 4) if bottlenecks else (basic_block, 1)
    total, inputs = conv(3, 64, 7, False) + norm(64), 64
    for stage, count in enumerate(layers):
        planes = 64 * 2**stage
        for copy in range(count):
            projected = copy == 0 and (stage > 0 or inputs != planes * expansion)
            total += block(inputs, planes, projected)
            inputs = planes * expansion
    return total + head * linear(inputs, 1000)


def lstm_layer(inputs: int, hidden: int) -> int:
    """torch's: four gates, two bias vectors."""
    return 4 * hidden * (inputs + hidden + 2)
