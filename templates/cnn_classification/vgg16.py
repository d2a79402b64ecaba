"""VGG-16

Paper: Very Deep Convolutional Networks for Large-Scale Image Recognition
Authors: Karen Simonyan and Andrew Zisserman
Year: 2014
Link: https://arxiv.org/abs/1409.1556
Parameters: 138,357,544

One kind of layer, stacked: two 3×3 convolutions see as much as one 5×5, three as much as one 7×7, with fewer weights
and a bend after each. Whenever pooling halves the image, the channels double, so that every stage costs about the
same. Depth, not the cleverness of a layer, was what had been missing.

The stages have 2, 2, 3, 3 and 3 convolutions of `width`, `width * 2`, `width * 4`, `width * 8` and `width * 8`
channels, each followed by `relu`. Three 3×3 kernels over `C` channels hold `27 C²` weights, one 7×7 holds `49 C²`.
The classifier holds most of the parameters: its first layer alone `7 · 7 · width * 8 × hidden`, 103 of 138 million.

Such a stack hardly learns from torch's default start: the signal fades from layer to layer. The authors trained a
shallow net first and put layers in between; the start drawn here (Kaiming, “fan out”, as torchvision's) keeps its size
by scaling each layer's weights with its width. Batch normalisation (2015) made it easy, shortcuts (ResNet) made it
deeper, and an average over the image replaced the large classifier. The names are torchvision's, whose weights load
unchanged.
"""

from __future__ import annotations

from app.core.document import (
    DataSource,
    Document,
    Frame,
    Goal,
    GraphLayout,
    Initial,
    InputType,
    Model,
    Optimiser,
    Preset,
    Schedule,
)
from app.core.draw import Drawing, real, whole
from templates._classification import classifier_recipe, classifier_steps
from templates._template import document

NAME = "vgg16"
STAGES = ((1, 2), (2, 2), (4, 3), (8, 3), (8, 3))
"""For each stage: its width in units of the first one's, and how many convolutions it has."""

WIDTH = whole("width", 64, low=1, help="Channels of the first stage; the last two have eight times as many.")
HIDDEN = whole("hidden", 4096, low=1, help="Units of the classifier's two hidden layers.")
CLASSES = whole("classes", 1000, low=2, help="Number of logits.")
DROPOUT = real("dropout", 0.5, low=0, high=0.9, help="Share of the classifier's hidden units silenced in training.")


def vgg16() -> Document:
    return document(
        __doc__,
        _vgg(),
        _features(),
        _classifier(),
        *classifier_steps(NAME),
        arguments=[
            WIDTH,
            HIDDEN,
            CLASSES,
            DROPOUT,
            whole("channels", 3, low=1, help="Channels of an image: 3 for colour, 1 for grey."),
            whole("size", 224, low=32, help="Height and width of an image."),
        ],
        models=[
            Model(
                name=NAME,
                graph="VGG",
                arguments={name: f"={name}" for name in ("width", "hidden", "classes", "dropout")},
                inputs={"image": InputType(("B", "=channels", "=size", "=size"))},
            )
        ],
        recipe=classifier_recipe(
            NAME,
            DataSource("ImageFolder", {"size": "=size", "channels": "=channels", "flip": True}),
            steps=370_000,
            batch_size=256,
            optimiser=Optimiser("AdamW", {"lr": 1e-3, "weight_decay": 5e-4}),
            schedule=Schedule("cosine", {"warmup": 50}),
            every=5000,
        ),
        presets=[
            Preset(
                name="paper",
                summary="Configuration D as published, on a folder of images of 1000 classes.",
                recipe={
                    "stages.train.learn.optimiser.name": "SGD",
                    "stages.train.learn.optimiser.lr": 0.01,
                    "stages.train.learn.optimiser.momentum": 0.9,
                    "stages.train.learn.schedule.name": "step",
                    "stages.train.learn.schedule.every": 120_000,
                },
            ),
            Preset(
                name="quick",
                summary="An eighth of the width on digits placed at random in a 32×32 image.",
                arguments={
                    "width": 8,
                    "hidden": 256,
                    "classes": 10,
                    "dropout": 0.0,
                    "channels": 1,
                    "size": 32,
                },
                data=DataSource("PlacedDigits", {"size": "=size", "channels": "=channels", "noise": 0.3}),
                recipe={
                    "batch_size": 64,
                    "stages.train.steps": 1500,
                    "stages.train.learn.optimiser.lr": 8e-4,
                    "stages.train.learn.schedule.warmup": 500,
                    "evaluations.validation.every": 500,
                    "previews.predictions.every": 500,
                },
                goal=Goal(
                    evaluation="test",
                    metric="accuracy",
                    at_least=0.84,
                    baseline="0.78 by the nearest of 100 placings of each digit, 0.16 by logistic regression",
                ),
            ),
        ],
        layout={"Features": GraphLayout(frames=_frames())},
    )


def _vgg() -> Drawing:
    net = Drawing(
        "VGG",
        "Stages of 3×3 convolutions, then a classifier of three layers.",
        arguments=[WIDTH, HIDDEN, CLASSES, DROPOUT],
        initial=_INITIAL,
    )
    x = net.input("image")
    x = net.add("features", "graph:Features", x, width="=width")
    x = net.add("avgpool", "AdaptiveAvgPool2d", x, output_size=7)
    x = net.add("flatten", "Flatten", x)
    x = net.add("classifier", "graph:Classifier", x, hidden="=hidden", classes="=classes", dropout="=dropout")
    net.output("logits", x)
    return net


_INITIAL = (
    Initial(
        nodes=("Conv2d",),
        parameter="weight",
        method="kaiming_normal_",
        arguments={"mode": "fan_out", "nonlinearity": "relu"},
    ),
    Initial(nodes=("Conv2d", "Linear"), parameter="bias", method="zeros_"),
    Initial(nodes=("Linear",), parameter="weight", method="normal_", arguments={"std": "=0.64 / hidden ** 0.5"}),
)
"""As torchvision starts it: 0.01 at 4096 hidden units; with fewer each weight is larger, so that the signal stays."""


def _features() -> Drawing:
    """Thirteen convolutions in five stages, numbered as in torchvision."""
    graph = Drawing(
        "Features", "Five stages of 3×3 convolutions, each ending in a pool.", arguments=[WIDTH], sequential=True
    )
    x = graph.input("image")
    for _, names, factor in _numbered():
        *layers, pool = names
        for conv, relu in zip(layers[::2], layers[1::2], strict=True):
            channels = "=width" if factor == 1 else f"=width * {factor}"
            x = graph.add(conv, "Conv2d", x, out_channels=channels, kernel_size=3, padding=1)
            x = graph.add(relu, "ReLU", x)
        x = graph.add(pool, "MaxPool2d", x, kernel_size=2, stride=2)
    graph.output("features", x)
    return graph


def _numbered() -> list[tuple[int, list[str], int]]:
    """For each stage its number, the names of its nodes and its width in units of the first stage's."""
    stages, first = [], 0
    for number, (factor, convolutions) in enumerate(STAGES, start=1):
        last = first + 2 * convolutions + 1
        stages.append((number, [str(name) for name in range(first, last)], factor))
        first = last
    return stages


def _frames() -> tuple[Frame, ...]:
    return tuple(Frame(title=f"Stage {number}", nodes=tuple(names)) for number, names, _ in _numbered())


def _classifier() -> Drawing:
    graph = Drawing(
        "Classifier",
        "Two wide layers with dropout, and the logits.",
        arguments=[HIDDEN, CLASSES, DROPOUT],
        sequential=True,
    )
    x = graph.input("x")
    for first in (0, 3):
        x = graph.add(str(first), "Linear", x, out_features="=hidden")
        x = graph.add(str(first + 1), "ReLU", x)
        x = graph.add(str(first + 2), "Dropout", x, p="=dropout")
    graph.output("logits", graph.add("6", "Linear", x, out_features="=classes"))
    return graph
