"""What further convolutional classifiers must beat: neighbours that remember placings, and linear models."""

from __future__ import annotations

from functools import partial

from tests.baselines import Measured
from tests.baselines.classes import of_classes

BASELINES: dict[str, Measured] = {
    name: partial(of_classes, name, epochs=(1, 20, 100))
    for name in ("vgg19", "resnet34", "resnet101", "cnn_mnist", "alexnet", "mobilenet_v1", "efficientnet_b0")
}
