"""Inception v1 (GoogLeNet)

Paper: Going Deeper with Convolutions
Authors: Christian Szegedy, Wei Liu, Yangqing Jia, Pierre Sermanet, Scott Reed, Dragomir Anguelov and others
Year: 2014
Link: https://arxiv.org/abs/1409.4842
Parameters: 6,624,904

Nobody knows beforehand how large a window a layer should look through, so an inception module looks through several at
once: 1×1, 3×3, 5×5 and the largest of 3×3, laid side by side. Before the large windows a 1×1 convolution makes the
channels fewer, which is what makes it cheap: 22 layers with a twelfth of AlexNet's parameters.

A row of `modules` is a row of the paper's table 1: `ch1x1` channels from the single pixel; `ch3x3` from 3×3, after
`ch3x3red`; `ch5x5` from 5×5, after `ch5x5red`; `pool_proj` from the pool. A module gives their sum, `ch1x1 + ch3x3 +
ch5x5 + pool_proj` channels. A direct 5×5 from `C` to `ch5x5` channels holds `25 · C · ch5x5` weights, after a
reduction `C · ch5x5red + 25 · ch5x5red · ch5x5`: for the first module 154,000 against 16,000.

With `aux` two small classifiers (`aux1`, `aux2`) sit on the modules 4a and 4d and bring the gradient to the middle of
the net: `loss = CE(logits) + 0.3 · (CE(aux1) + CE(aux2))`; afterwards they are thrown away. `original` draws the net of
2014. What torchvision has and most people use is younger: batch norms in place of local response norms, which
made the side branches needless, and 3×3 where the paper has 5×5 (a slip that its published weights carry on). Two 3×3
instead of 5×5, and 1×7 with 7×1, came with version 3; shortcuts with Inception-ResNet.
"""

from __future__ import annotations

from app.core.document import (
    Case,
    DataSource,
    Document,
    Frame,
    Goal,
    GraphLayout,
    InputType,
    Model,
    Optimiser,
    Preset,
    Schedule,
    Value,
)
from app.core.draw import Drawing, Wire, flag, real, table, use, whole
from templates._classification import classifier_recipe
from templates._template import document
from templates.cnn_classification._inception import (
    ORIGINAL,
    basic_conv,
    conv,
    started,
    steps_with_sides,
    telling_sides,
)

NAME = "inception_v1"
BRANCHES = ("ch1x1", "ch3x3red", "ch3x3", "ch5x5red", "ch5x5", "pool_proj")
PLACES = ("3a", "3b", "4a", "4b", "4c", "4d", "4e", "5a", "5b")
TABLE_1 = (
    (64, 96, 128, 16, 32, 32),
    (128, 128, 192, 32, 96, 64),
    (192, 96, 208, 16, 48, 64),
    (160, 112, 224, 24, 64, 64),
    (128, 128, 256, 24, 64, 64),
    (112, 144, 288, 32, 64, 64),
    (256, 160, 320, 32, 128, 128),
    (256, 160, 320, 32, 128, 128),
    (384, 192, 384, 48, 128, 128),
)

WIDTH = whole("width", 64, low=1, help="Channels of the stem; a side branch has twice as many, and 16 times hidden.")
CLASSES = whole("classes", 1000, low=2, help="Number of logits.")
DROPOUT_AUX = real("dropout_aux", 0.7, low=0, high=0.9, help="The same of a side branch's hidden units.")
ARGUMENTS = (
    table("modules", TABLE_1, *BRANCHES, help="Channels of each inception module's branches."),
    WIDTH,
    CLASSES,
    whole("stride", 2, low=1, high=2, help="Step of the first convolution; 1 for small images."),
    flag("aux", help="With two side classifiers, which help the gradient while training."),
    ORIGINAL,
    real("dropout", 0.2, low=0, high=0.9, help="Share of the last features silenced in training."),
    DROPOUT_AUX,
    real("std", 0.01, low=0, help="Deviation of the weights at the start; narrow nets need more."),
)


def inception_v1() -> Document:
    return document(
        __doc__,
        _googlenet(),
        _inception(),
        _pooled(),
        _two_convs("Reduced3x3", 3),
        _two_convs("Reduced5x5", "=5 if original else 3"),
        _aux(),
        basic_conv(original=True),
        *steps_with_sides(NAME, ("aux1", "aux2"), 0.3),
        arguments=[
            *ARGUMENTS,
            whole("channels", 3, low=1, help="Channels of an image: 3 for colour, 1 for grey."),
            whole("size", 224, low=32, help="Height and width of an image."),
        ],
        models=[
            Model(
                name=NAME,
                graph="GoogLeNet",
                arguments={argument.name: f"={argument.name}" for argument in ARGUMENTS},
                inputs={"image": InputType(("B", "=channels", "=size", "=size"))},
            )
        ],
        recipe=telling_sides(
            classifier_recipe(
                NAME,
                DataSource("ImageFolder", {"size": "=size", "channels": "=channels", "flip": True}),
                steps=2_400_000,
                batch_size=32,
                optimiser=Optimiser("SGD", {"lr": 0.01, "momentum": 0.9, "weight_decay": 2e-4}),
                schedule=Schedule("cosine", {"warmup": 50}),
                every=5000,
            )
        ),
        presets=_presets(),
        layout={"GoogLeNet": GraphLayout(frames=_frames())},
    )


def _presets() -> list[Preset]:
    forms: tuple[tuple[str, str, dict[str, Value]], ...] = (
        ("paper", "torchvision's form, without the side branches, on images of 1000 classes.", {}),
        ("aux", "torchvision's form with both side branches.", {"aux": True}),
        ("2014", "The form of 2014, without the side branches.", {"original": True, "dropout": 0.4}),
        ("2014_aux", "The form of 2014 as it was trained.", {"original": True, "dropout": 0.4, "aux": True}),
    )
    published: dict[str, Value] = {
        "stages.train.learn.schedule.name": "step",
        "stages.train.learn.schedule.warmup": 0,
        "stages.train.learn.schedule.every": 320_000,
        "stages.train.learn.schedule.factor": 0.96,
    }
    return [
        *(Preset(name=name, summary=told, arguments=said, recipe=published) for name, told, said in forms),
        Preset(
            name="quick",
            summary="An eighth of the width on digits placed at random in a 32×32 image.",
            arguments={
                "modules": tuple(tuple(channels // 8 for channels in row) for row in TABLE_1),
                "width": 8,
                "classes": 10,
                "stride": 1,
                "dropout": 0.0,
                "std": 0.2,
                "channels": 1,
                "size": 32,
            },
            data=DataSource("PlacedDigits", {"size": "=size", "channels": "=channels", "noise": 0.3}),
            recipe={
                "batch_size": 32,
                "stages.train.steps": 1200,
                "stages.train.learn.optimiser.lr": 0.05,
                "evaluations.validation.every": 250,
                "previews.predictions.every": 250,
            },
            goal=Goal(
                evaluation="test",
                metric="accuracy",
                at_least=0.86,
                baseline="0.78 by the nearest of 100 placings of each digit, 0.16 by logistic regression",
            ),
        ),
    ]


def _frames() -> tuple[Frame, ...]:
    def modules(stage: str) -> list[str]:
        return [f"inception{place}" for place in PLACES if place.startswith(stage)]

    return (
        Frame(title="Stem", nodes=("conv1", "maxpool1", "norm1", "conv2", "conv3", "norm2", "maxpool2")),
        Frame(title="28×28", nodes=(*modules("3"), "maxpool3")),
        Frame(title="14×14", nodes=(*modules("4"), "maxpool4")),
        Frame(title="Side branches", nodes=("aux1", "aux2")),
        Frame(title="7×7", nodes=tuple(modules("5"))),
        Frame(title="Head", nodes=("avgpool", "flatten", "dropout", "fc")),
    )


def _googlenet() -> Drawing:
    net = Drawing(
        "GoogLeNet",
        "A stem, nine inception modules at three sizes, and a linear head on their average.",
        arguments=ARGUMENTS,
        initial=(started(),),
    )
    x = _stem(net, net.input("image"))
    sides: dict[str, Wire] = {}
    for row, place in enumerate(PLACES):
        channels: dict[str, Value] = {name: f"=modules[{row}][{column}]" for column, name in enumerate(BRANCHES)}
        x = net.add(f"inception{place}", "graph:Inception", x, **channels, original="=original")
        if place in ("4a", "4d"):
            sides[place] = x
        elif place in ("3b", "4e"):
            window = "=3 if original else 2" if place == "4e" else 3
            name = f"maxpool{int(place[0])}"
            x = net.add(name, "MaxPool2d", x, kernel_size=window, stride=2, ceil_mode=True)
    x = net.add("avgpool", "AdaptiveAvgPool2d", x, output_size=1)
    x = net.add("flatten", "Flatten", x)
    x = net.add("dropout", "Dropout", x, p="=dropout")
    net.output("logits", net.add("fc", "Linear", x, out_features="=classes"))
    shared: dict[str, Value] = {name: f"={name}" for name in ("width", "classes", "original")}
    for name, place in (("aux1", "4a"), ("aux2", "4d")):
        side = net.add(name, "graph:InceptionAux", sides[place], **shared, dropout="=dropout_aux", enabled="=aux")
        net.output(name, side, f"Logits of the branch on {place}; without aux, the maps that it would read.")
    return net


def _stem(net: Drawing, x: Wire) -> Wire:
    x = conv(net, "conv1", x, "=width", 7, stride="=stride", original="=original")
    x = net.add("maxpool1", "MaxPool2d", x, kernel_size=3, stride=2, ceil_mode=True)
    x = net.add("norm1", "LocalResponseNorm", x, size=5, enabled="=original")
    x = conv(net, "conv2", x, "=width", original="=original")
    x = conv(net, "conv3", x, "=width * 3", 3, original="=original")
    x = net.add("norm2", "LocalResponseNorm", x, size=5, enabled="=original")
    return net.add("maxpool2", "MaxPool2d", x, kernel_size=3, stride=2, ceil_mode=True)


def _inception() -> Drawing:
    graph = Drawing(
        "Inception",
        "Four ways of looking at the same maps, side by side.",
        arguments=[
            whole("ch1x1", 64, low=1, help="Channels that see one pixel."),
            whole("ch3x3red", 96, low=1, help="What 3×3 gets to see."),
            whole("ch3x3", 128, low=1, help="Channels that see 3×3."),
            whole("ch5x5red", 16, low=1, help="What 5×5 gets to see."),
            whole("ch5x5", 32, low=1, help="Channels that see 5×5 (3×3 in torchvision)."),
            whole("pool_proj", 32, low=1, help="Channels made of the largest in each 3×3."),
            ORIGINAL,
        ],
    )
    x = graph.input("x")
    more: dict[str, Value] = {"original": "=original"}
    branches = [
        conv(graph, "branch1", x, "=ch1x1", **more),
        graph.add("branch2", "graph:Reduced3x3", x, reduced="=ch3x3red", channels="=ch3x3", **more),
        graph.add("branch3", "graph:Reduced5x5", x, reduced="=ch5x5red", channels="=ch5x5", **more),
        graph.add("branch4", "graph:Pooled", x, channels="=pool_proj", **more),
    ]
    graph.output("output", graph.add("join", "Concatenate", *branches))
    return graph


def _two_convs(name: str, kernel: Value) -> Drawing:
    graph = Drawing(
        name,
        "1×1 to fewer channels, then a larger window.",
        arguments=[whole("reduced", 16, low=1), whole("channels", 32, low=1), ORIGINAL],
        sequential=True,
    )
    x = conv(graph, "0", graph.input("x"), "=reduced", original="=original")
    graph.output("output", conv(graph, "1", x, "=channels", kernel, original="=original"))
    return graph


def _pooled() -> Drawing:
    graph = Drawing(
        "Pooled",
        "The largest in each 3×3, then 1×1.",
        arguments=[whole("channels", 32, low=1), ORIGINAL],
        sequential=True,
    )
    x = graph.add("0", "MaxPool2d", graph.input("x"), kernel_size=3, stride=1, padding=1, ceil_mode=True)
    graph.output("output", conv(graph, "1", x, "=channels", original="=original"))
    return graph


def _aux() -> Drawing:
    graph = Drawing(
        "InceptionAux",
        "A small classifier on maps from the middle of the net.",
        arguments=[WIDTH, CLASSES, ORIGINAL, real("dropout", 0.7, low=0, high=0.9)],
    )
    x = graph.input("x")
    windows = Case("original", use("AvgPool2d"), {"kernel_size": 5, "stride": 3})
    x = graph.add("pool", "AdaptiveAvgPool2d", x, output_size=4, cases=[windows])
    x = conv(graph, "conv", x, "=width * 2", original="=original")
    x = graph.add("flatten", "Flatten", x)
    x = graph.add("fc1", "Linear", x, out_features="=width * 16")
    x = graph.add("relu", "ReLU", x)
    x = graph.add("dropout", "Dropout", x, p="=dropout")
    graph.output("logits", graph.add("fc2", "Linear", x, out_features="=classes"))
    return graph
