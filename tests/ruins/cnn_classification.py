"""What is taken out of the convolutional classifiers."""

from __future__ import annotations

from tests.ruins.operations import Ruin, bypassing, torch_start

RUINS: dict[str, tuple[str, Ruin]] = {
    "lenet5": ("no bend between the layers", bypassing("LeNet5", "bend1", "bend3", "bend5", "bend6")),
    "vgg16": ("torch's own start", torch_start("VGG")),
    "resnet18": ("no shortcut", bypassing("BasicBlock", "add")),
    "resnet50": ("no shortcut", bypassing("Bottleneck", "add")),
    "resnet152": ("no shortcut", bypassing("Bottleneck", "add")),
}
