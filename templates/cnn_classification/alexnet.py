"""AlexNet

Paper: ImageNet Classification with Deep Convolutional Neural Networks
Authors: Alex Krizhevsky, Ilya Sutskever and Geoffrey Hinton
Year: 2012
Link: https://proceedings.neurips.cc/paper/2012/hash/c399862d3b9d6b76c8436e924a68c45b-Abstract.html
Parameters: 61,100,840

The net that ended the age of hand-made features: a convolutional net like LeNet-5, only with eight layers, 60 million
weights, a million images and two graphics cards, had nearly half the errors of everything else in the 2012 ImageNet
challenge. What made the size trainable was `relu` in place of tanh, whose slope does not fade; what made it generalise
was dropout, together with mirrored and shifted images.

Five convolutions of `widths` channels look for patterns: 11×11 at every fourth pixel, 5×5, then three of 3×3. The pools
overlap (3×3 at every second place). Three fully connected layers of `hidden`, `hidden` and `classes` units decide; the
first two hold nine tenths of all weights, which is why `dropout` silences half of their units at every step: each unit
is 0 with the probability `dropout`, else `1 / (1 - dropout)` times itself.

`form` chooses between the net as torchvision has it (after Krizhevsky's “one weird trick” of 2014: one tower, no
normalisation, 61.1 million) and that of 2012. There the second, fourth and fifth convolution have two groups, since
half of the channels lived on each card and the halves met only in some layers; after the first two `relu` each channel
is divided by how active its neighbours are, `(k + α/n Σ x²)^β` with `n` = 5, `α` = 1e-4, `β` = 0.75 and `k` = 2; and
weights begin at 0.01 times a normal number, biases of the layers behind a `relu` at 1. It has 60,965,224 parameters.

The 11×11 kernels, the response normalisation and the large fully connected layers were gone within three years (VGG,
GoogLeNet, ResNet); `relu`, dropout, groups and training on graphics cards stayed. Names are torchvision's, whose
weights load unchanged; those of 2012 are Caffe's.
"""

from __future__ import annotations

from app.core.document import (
    Case,
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
    Value,
)
from app.core.draw import Drawing, Wire, choice, ints, real, use, whole
from templates._classification import classifier_recipe, classifier_steps
from templates._template import document
from templates.cnn_classification._arguments import passed

NAME = "alexnet"

FORM = choice("form", "one tower", "one tower", "2012", help="As torchvision has it, or as it was published.")
WIDTHS = ints("widths", (64, 192, 384, 256, 256), low=1, help="Channels of the five convolutions.")
HIDDEN = whole("hidden", 4096, low=1, help="Units of the two hidden layers.")
CLASSES = whole("classes", 1000, low=2, help="Number of logits.")
DROPOUT = real("dropout", 0.5, low=0, high=0.9, help="Share of the hidden units silenced in training.")
ARGUMENTS = (FORM, WIDTHS, HIDDEN, CLASSES, DROPOUT)

OLD = "=form == '2012'"


def alexnet() -> Document:
    return document(
        __doc__,
        _alexnet(),
        _features(),
        _features_of_2012(),
        _classifier(),
        _classifier_of_2012(),
        *classifier_steps(NAME),
        arguments=[
            *ARGUMENTS,
            whole("channels", 3, low=1, help="Channels of an image: 3 for colour, 1 for grey."),
            whole("size", 224, low=63, help="Height and width of an image."),
        ],
        models=[
            Model(
                name=NAME,
                graph="AlexNet",
                arguments=passed(*ARGUMENTS),
                inputs={"image": InputType(("B", "=channels", "=size", "=size"))},
            )
        ],
        recipe=classifier_recipe(
            NAME,
            DataSource("ImageFolder", {"size": "=size", "channels": "=channels", "flip": True}),
            steps=850_000,
            batch_size=128,
            optimiser=Optimiser("AdamW", {"lr": 1e-3, "weight_decay": 5e-4}),
            schedule=Schedule("cosine", {"warmup": 100}),
            every=5000,
        ),
        presets=[
            Preset(
                name="paper",
                summary="As torchvision has it, on a folder of images of 1000 classes.",
                recipe=_PUBLISHED,
            ),
            _quick(),
            Preset(
                name="2012",
                summary="As published: two groups, response normalisation, 227×227 pixels.",
                arguments={"form": "2012", "widths": (96, 256, 384, 384, 256), "size": 227},
                recipe=_PUBLISHED,
            ),
        ],
        layout={
            "Features": GraphLayout(frames=_frames(("0", "1", "2"), ("3", "4", "5"), map(str, range(6, 13)))),
            "Features2012": GraphLayout(
                frames=_frames(
                    ("conv1", "relu1", "norm1", "pool1"),
                    ("conv2", "relu2", "norm2", "pool2"),
                    ("conv3", "relu3", "conv4", "relu4", "conv5", "relu5", "pool5"),
                )
            ),
        },
    )


_PUBLISHED = {
    "stages.train.learn.optimiser.name": "SGD",
    "stages.train.learn.optimiser.lr": 0.01,
    "stages.train.learn.optimiser.momentum": 0.9,
    "stages.train.learn.schedule.name": "step",
    "stages.train.learn.schedule.every": 250_000,
}


def _quick() -> Preset:
    return Preset(
        name="quick",
        summary="An eighth of the width on digits placed at random in a 64×64 image.",
        arguments={
            "widths": (8, 24, 48, 32, 32),
            "hidden": 128,
            "classes": 10,
            "dropout": 0.1,
            "channels": 1,
            "size": 64,
        },
        data=DataSource(
            "PlacedDigits",
            {
                "size": "=size",
                "digit_size": "=size * 3 // 8",
                "channels": "=channels",
                "noise": 0.3,
                "value_range": "-1..1",
            },
        ),
        recipe={
            "batch_size": 64,
            "stages.train.steps": 3000,
            "stages.train.learn.optimiser.lr": 1e-3,
            "stages.train.learn.schedule.warmup": 100,
            "evaluations.validation.every": 500,
            "previews.predictions.every": 500,
        },
        goal=Goal(
            evaluation="test",
            metric="accuracy",
            at_least=0.88,
            baseline="0.84 by the nearest of 100 placings of each digit",
        ),
    )


def _frames(*stages: Value) -> tuple[Frame, ...]:
    titles = ("Large patterns, coarsely", "Their neighbourhoods", "Three small convolutions")
    return tuple(Frame(title=title, nodes=tuple(nodes)) for title, nodes in zip(titles, stages, strict=True))


def _alexnet() -> Drawing:
    net = Drawing("AlexNet", "Five convolutions that find, three layers that decide.", arguments=ARGUMENTS)
    old_features = Case(OLD, use("graph:Features2012"), {"widths": "=widths"})
    deciding: dict[str, Value] = {"hidden": "=hidden", "classes": "=classes", "dropout": "=dropout"}
    old_classifier = Case(OLD, use("graph:Classifier2012"), deciding)
    x = net.input("image")
    x = net.add("features", "graph:Features", x, widths="=widths", cases=[old_features])
    x = net.add("avgpool", "AdaptiveAvgPool2d", x, output_size=6)
    x = net.add("flatten", "Flatten", x)
    net.output("logits", net.add("classifier", "graph:Classifier", x, cases=[old_classifier], **deciding))
    return net


KERNELS = (11, 5, 3, 3, 3)
POOLED = (0, 1, 4)
"""The convolutions that a pool follows."""


def _features() -> Drawing:
    """The convolutions, numbered as in torchvision."""
    graph = Drawing("Features", "Five convolutions, three of them pooled.", arguments=[WIDTHS], sequential=True)
    x, numbers = graph.input("image"), map(str, range(13))
    for layer in range(5):
        x = graph.add(next(numbers), "Conv2d", x, **_convolution(layer, padding=2 if layer < 2 else 1))
        x = graph.add(next(numbers), "ReLU", x)
        if layer in POOLED:
            x = _pool(graph, next(numbers), x)
    graph.output("features", x)
    return graph


def _features_of_2012() -> Drawing:
    """The convolutions as they lay on two cards, under Caffe's names."""
    graph = Drawing(
        "Features2012",
        "Five convolutions, three of them in two groups, two of them normalised.",
        arguments=[WIDTHS],
        initial=_started(("Conv2d",), ("conv2", "conv4", "conv5")),
    )
    x = graph.input("image")
    for layer, (padding, groups) in enumerate(((0, 1), (2, 2), (1, 1), (1, 2), (1, 2))):
        x = graph.add(f"conv{layer + 1}", "Conv2d", x, **_convolution(layer, padding=padding, groups=groups))
        x = graph.add(f"relu{layer + 1}", "ReLU", x)
        if layer < 2:
            x = graph.add(f"norm{layer + 1}", "LocalResponseNorm", x, size=5, alpha=1e-4, beta=0.75, k=2.0)
        if layer in POOLED:
            x = _pool(graph, f"pool{layer + 1}", x)
    graph.output("features", x)
    return graph


def _convolution(layer: int, **more: Value) -> dict[str, Value]:
    """Arguments of one of the five."""
    stride = {"stride": 4} if layer == 0 else {}
    more = {name: value for name, value in more.items() if (name, value) not in (("padding", 0), ("groups", 1))}
    return {"out_channels": f"=widths[{layer}]", "kernel_size": KERNELS[layer], **stride, **more}


def _pool(graph: Drawing, name: str, x: Wire) -> Wire:
    return graph.add(name, "MaxPool2d", x, kernel_size=3, stride=2)


def _started(kinds: tuple[str, ...], ones: tuple[str, ...]) -> tuple[Initial, ...]:
    """Small normal weights; biases at 1 in some layers, so that their units begin where relu has a slope."""
    return (
        Initial(nodes=kinds, parameter="weight", method="normal_", arguments={"std": 0.01}),
        Initial(nodes=kinds, parameter="bias", method="zeros_"),
        Initial(nodes=ones, parameter="bias", method="ones_"),
    )


def _classifier() -> Drawing:
    """Three layers, numbered as in torchvision; what enters the hidden layers is thinned."""
    graph = Drawing(
        "Classifier",
        "Two wide layers with dropout before each, and the logits.",
        arguments=[HIDDEN, CLASSES, DROPOUT],
        sequential=True,
    )
    x = graph.input("x")
    for first in (0, 3):
        x = graph.add(str(first), "Dropout", x, p="=dropout")
        x = graph.add(str(first + 1), "Linear", x, out_features="=hidden")
        x = graph.add(str(first + 2), "ReLU", x)
    graph.output("logits", graph.add("6", "Linear", x, out_features="=classes"))
    return graph


def _classifier_of_2012() -> Drawing:
    """Three layers under Caffe's names; what leaves the hidden layers is thinned."""
    graph = Drawing(
        "Classifier2012",
        "Two wide layers with dropout after each, and the logits.",
        arguments=[HIDDEN, CLASSES, DROPOUT],
        initial=_started(("Linear",), ("fc6", "fc7")),
    )
    x = graph.input("x")
    for layer in (6, 7):
        x = graph.add(f"fc{layer}", "Linear", x, out_features="=hidden")
        x = graph.add(f"relu{layer}", "ReLU", x)
        x = graph.add(f"drop{layer}", "Dropout", x, p="=dropout")
    graph.output("logits", graph.add("fc8", "Linear", x, out_features="=classes"))
    return graph
