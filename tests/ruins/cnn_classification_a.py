"""What is taken out of further convolutional classifiers."""

from __future__ import annotations

from app.core.document import Document
from tests.ruins.operations import Ruin, bypassing, torch_start, with_graph, with_node


def seeing_one_place(graph: str, node: str) -> Ruin:
    """A convolution that goes over the same places, but sees nothing of a place's surroundings."""

    def ruined(document: Document) -> Document:
        found = document.graphs[graph]
        arguments = {**found.nodes[node].arguments, "kernel_size": 1, "padding": 0}
        return with_graph(document, with_node(found, node, arguments=arguments))

    return ruined


def without_suppression(document: Document) -> Document:
    """Every window that is sure keeps its box."""
    found = document.graphs["Evaluate"]
    arguments = {**found.nodes["kept"].arguments, "iou_threshold": 1.0}
    return with_graph(document, with_node(found, "kept", arguments=arguments))


RUINS: dict[str, tuple[str, Ruin]] = {
    "vgg19": ("torch's own start", torch_start("VGG")),
    "resnet34": ("no shortcut", bypassing("BasicBlock", "add")),
    "resnet101": ("no shortcut", bypassing("Bottleneck", "add")),
    "cnn_mnist": ("no convolution", bypassing("SimpleCNN", "conv1", "conv2")),
    "sliding_window_cnn": ("no suppression", without_suppression),
    "alexnet": ("no convolution", bypassing("Features", "0", "3", "6", "8", "10")),
    "mobilenet_v1": ("depthwise kernels of 1×1", seeing_one_place("DepthwiseSeparable", "conv_dw")),
    "efficientnet_b0": ("depthwise kernels of 1×1", seeing_one_place("DepthwiseNorm", "0")),
}
