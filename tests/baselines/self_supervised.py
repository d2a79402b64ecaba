"""What self-supervised templates must beat: a probe with few labels, on pixels or on untrained nets."""

from __future__ import annotations

from functools import partial
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

import templates
from app.codegen.generate import model_source
from blocks import library
from tests.baselines import Measured
from tests.baselines.answers import (
    nearest_neighbour,
)
from tests.baselines.data import quick_data, reader


def untrained_features(image: Tensor) -> Tensor:
    """What a small convolutional network of random weights makes of images."""
    torch.manual_seed(0)
    layers: list[nn.Module] = []
    for before, after in ((image.shape[1], 32), (32, 64), (64, 128)):
        layers += [nn.Conv2d(before, after, 3, padding=1), nn.BatchNorm2d(after), nn.ReLU(), nn.MaxPool2d(2)]
    network = nn.Sequential(*layers, nn.AdaptiveAvgPool2d(2), nn.Flatten())
    with torch.no_grad():
        features: Tensor = network(image)
    return features


def untrained_template(name: str, image: Tensor) -> Tensor:
    """What the template's encoder of random weights makes of images."""
    document = templates.load(name)
    names: dict[str, Any] = {"__name__": "generated"}
    exec(model_source(document, library(), "quick").text, names)  # what a training would start from
    torch.manual_seed(0)
    encoder = names[next(iter(document.models))]().eval()
    with torch.no_grad():
        features: Tensor = encoder(image)[1]
    return features


def one_shot_neighbour(x: Tensor, y: Tensor, repeats: int = 30) -> float:
    """Accuracy of the class of the nearest of ten, one of each class; the mean over different tens."""
    one_hot = functional.one_hot(y)
    place = (one_hot.cumsum(0) * one_hot).sum(1) - 1
    tens = [place == turn for turn in range(repeats)]
    return sum(nearest_neighbour(x[ten], y[ten], x[~ten], y[~ten]) for ten in tens) / repeats


def of_probes(name: str) -> dict[str, float]:
    """Measured as the template's goal is, on the very views."""
    test = quick_data(name, "test")
    view, label = test["view_a"], test["label"]
    probe = reader("linear_probe").LinearProbe(1, 30)
    return {
        "a probe on the pixels": float(probe(view.flatten(1), label)),
        "their nearest neighbour": one_shot_neighbour(view.flatten(1), label),
        "a probe on another untrained net": float(probe(untrained_features(view).flatten(1), label)),
        "a probe on this net, untrained": float(probe(untrained_template(name, view).flatten(1), label)),
    }


BASELINES: dict[str, Measured] = {
    "byol": partial(of_probes, "byol"),
    "pretext_ssl": partial(of_probes, "pretext_ssl"),
    "simclr": partial(of_probes, "simclr"),
}
