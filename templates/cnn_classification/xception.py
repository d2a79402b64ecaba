"""Xception

Paper: Xception: Deep Learning with Depthwise Separable Convolutions
Authors: François Chollet
Year: 2016
Link: https://arxiv.org/abs/1610.02357
Parameters: 22,855,952

An Inception module lets a few groups of channels be looked at each in its own way, after a 1×1 has mixed them. Taken to
the end, every channel is looked at alone, and only the 1×1 mixes: what lies side by side in the image and what belongs
together among the channels are taken to be two questions. A net of nothing but such layers, with shortcuts, is as large
as Inception v3 and better.

`SeparableConv2d` is a 3×3 for every channel (`conv1`) and a 1×1 (`pointwise`): `9 · C + C · D` weights where a plain
convolution has `9 · C · D`. There is no bend between the two, which the paper found to be worse. A `ShrinkingBlock`
adds two of them and a pool to a 1×1 of stride 2; a `MiddleBlock` adds three to what came in, and the middle of the net
is one such block, `blocks` times. `widths` gives the channels of the stem (two), of the blocks 1, 2, 3 and 12, and of
the last two layers.

The names are those of timm's `legacy_xception`, which took over the published weights. MobileNet took the same layer
to phones, EfficientNet and ConvNeXt kept it; DeepLabv3+ has an Xception as its trunk. `stride = 1` is for small images.
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
    Repeat,
    Schedule,
    Value,
)
from app.core.draw import Drawing, Wire, flag, ints, real, use, whole
from templates._classification import classifier_recipe, classifier_steps
from templates._template import document
from templates.cnn_classification._resnet import INITIAL

NAME = "xception"
WIDTHS = (32, 64, 128, 256, 728, 1024, 1536, 2048)
ARGUMENTS = (
    ints("widths", WIDTHS, low=1, help="Channels of the stem's two, of the blocks 1, 2, 3, 12, and of the last two."),
    whole("blocks", 8, low=1, high=8, help="Blocks in the middle, all of one size; they are block4 to block11."),
    whole("classes", 1000, low=2, help="Number of logits."),
    whole("stride", 2, low=1, high=2, help="Step of the first convolution; 1 for small images."),
    real("dropout", 0.5, low=0, high=0.9, help="Share of the last features silenced in training."),
)
CHANNELS = whole("channels", 128, low=1, help="Output maps.")


def xception() -> Document:
    return document(
        __doc__,
        _xception(),
        _shrinking(),
        _middle(),
        _separables("FirstSeparables", ("=channels", "=channels"), starts=False, shrinks=True),
        _separables("Separables", ("=first", "=channels"), starts=True, shrinks=True),
        _separables("MiddleSeparables", ("=x.channels",) * 3, starts=True, shrinks=False),
        _separable(),
        *classifier_steps(NAME),
        arguments=[
            *ARGUMENTS,
            whole("channels", 3, low=1, help="Channels of an image: 3 for colour, 1 for grey."),
            whole("size", 299, low=32, help="Height and width of an image."),
        ],
        models=[
            Model(
                name=NAME,
                graph="Xception",
                arguments={argument.name: f"={argument.name}" for argument in ARGUMENTS},
                inputs={"image": InputType(("B", "=channels", "=size", "=size"))},
            )
        ],
        recipe=classifier_recipe(
            NAME,
            DataSource("ImageFolder", {"size": "=size", "channels": "=channels", "flip": True}),
            steps=4_000_000,
            batch_size=32,
            optimiser=Optimiser("SGD", {"lr": 0.045, "momentum": 0.9, "weight_decay": 1e-5}),
            schedule=Schedule("cosine", {"warmup": 50}),
            every=5000,
        ),
        presets=_presets(),
        layout={"Xception": GraphLayout(frames=_FRAMES)},
    )


def _presets() -> list[Preset]:
    published = {
        "stages.train.learn.schedule.name": "step",
        "stages.train.learn.schedule.warmup": 0,
        "stages.train.learn.schedule.every": 80_000,
        "stages.train.learn.schedule.factor": 0.94,
    }
    return [
        Preset(name="paper", summary="As published, on a folder of images of 1000 classes.", recipe=published),
        Preset(
            name="quick",
            summary="Narrow, on digits placed at random in a 32×32 image.",
            arguments={
                "widths": (8, 16, 24, 32, 48, 64, 96, 128),
                "classes": 10,
                "stride": 1,
                "dropout": 0.0,
                "channels": 1,
                "size": 32,
            },
            data=DataSource("PlacedDigits", {"size": "=size", "channels": "=channels", "noise": 0.3}),
            recipe={
                "batch_size": 32,
                "stages.train.steps": 800,
                "stages.train.learn.optimiser.lr": 0.05,
                "evaluations.validation.every": 200,
                "previews.predictions.every": 200,
            },
            goal=Goal(
                evaluation="test",
                metric="accuracy",
                at_least=0.86,
                baseline="0.78 by the nearest of 100 placings of each digit, 0.16 by logistic regression",
            ),
        ),
    ]


_FRAMES = (
    Frame(title="Entry", nodes=("conv1", "bn1", "act1", "conv2", "bn2", "act2", "block1", "block2", "block3")),
    Frame(title="Middle", nodes=("middle",)),
    Frame(title="Exit", nodes=("block12", "conv3", "bn3", "act3", "conv4", "bn4", "act4")),
    Frame(title="Head", nodes=("global_pool", "flatten", "dropout", "fc")),
)


def _xception() -> Drawing:
    net = Drawing(
        "Xception",
        "Twelve blocks of separable convolutions with shortcuts, and a linear head on their average.",
        arguments=ARGUMENTS,
        initial=INITIAL,
    )
    x = net.input("image")
    for layer, stride in ((1, "=stride"), (2, 1)):
        channels = f"=widths[{layer - 1}]"
        x = net.add(f"conv{layer}", "Conv2d", x, out_channels=channels, kernel_size=3, stride=stride, bias=False)
        x = _normed(net, layer, x)
    x = net.add("block1", "graph:ShrinkingBlock", x, first="=widths[2]", channels="=widths[2]", begins=True)
    for block in (2, 3):
        channels = f"=widths[{block + 1}]"
        x = net.add(f"block{block}", "graph:ShrinkingBlock", x, first=channels, channels=channels)
    x = net.add("middle", "graph:MiddleBlock", x, repeat=Repeat("=blocks", "block{i + 4}"))
    x = net.add("block12", "graph:ShrinkingBlock", x, first="=widths[4]", channels="=widths[5]")
    for layer in (3, 4):
        x = net.add(f"conv{layer}", "graph:SeparableConv2d", x, channels=f"=widths[{layer + 3}]")
        x = _normed(net, layer, x)
    x = net.add("global_pool", "AdaptiveAvgPool2d", x, output_size=1)
    x = net.add("flatten", "Flatten", x)
    x = net.add("dropout", "Dropout", x, p="=dropout")
    net.output("logits", net.add("fc", "Linear", x, out_features="=classes"))
    return net


def _normed(net: Drawing, layer: int, x: Wire) -> Wire:
    return net.add(f"act{layer}", "ReLU", net.add(f"bn{layer}", "BatchNorm2d", x))


def _shrinking() -> Drawing:
    block = Drawing(
        "ShrinkingBlock",
        "Two separable convolutions and a pool, beside a 1×1 of stride 2.",
        arguments=[
            whole("first", 128, low=1, help="Channels of the first separable convolution."),
            CHANNELS,
            flag("begins", help="Without a relu at the beginning: what comes in has just had one."),
        ],
    )
    x = block.input("x")
    without = Case("begins", use("graph:FirstSeparables"), {"channels": "=channels"})
    y = block.add("rep", "graph:Separables", x, first="=first", channels="=channels", cases=[without])
    x = block.add("skip", "Conv2d", x, out_channels="=channels", kernel_size=1, stride=2, bias=False)
    x = block.add("skipbn", "BatchNorm2d", x)
    block.output("output", block.add("add", "Add", y, x))
    return block


def _middle() -> Drawing:
    block = Drawing("MiddleBlock", "Three separable convolutions, added to what came in.")
    x = block.input("x")
    block.output("output", block.add("add", "Add", block.add("rep", "graph:MiddleSeparables", x), x))
    return block


def _separables(name: str, channels: tuple[Value, ...], *, starts: bool, shrinks: bool) -> Drawing:
    """Separable convolutions with their norms, as timm numbers them. ``starts``: by a relu; ``shrinks``: by a pool."""
    asked = [label for label in ("first", "channels") if f"={label}" in channels]
    graph = Drawing(
        name,
        "Separable convolutions, each with its norm, a relu before each" + (", and a pool." if shrinks else "."),
        arguments=[CHANNELS if label == "channels" else whole(label, 128, low=1) for label in asked],
        sequential=True,
    )
    layers: list[tuple[str, dict[str, Value]]] = []
    for width in channels:
        layers += [("ReLU", {}), ("graph:SeparableConv2d", {"channels": width}), ("BatchNorm2d", {})]
    if shrinks:
        layers.append(("MaxPool2d", {"kernel_size": 3, "stride": 2, "padding": 1}))
    x = graph.input("x")
    for number, (what, arguments) in enumerate(layers if starts else layers[1:]):
        x = graph.add(str(number), what, x, **arguments)
    graph.output("output", x)
    return graph


def _separable() -> Drawing:
    graph = Drawing(
        "SeparableConv2d", "3×3 for every channel by itself, then 1×1 among the channels.", arguments=[CHANNELS]
    )
    x = graph.input("x")
    x = graph.add(
        "conv1", "Conv2d", x, out_channels="=x.channels", kernel_size=3, padding=1, groups="=x.channels", bias=False
    )
    graph.output("output", graph.add("pointwise", "Conv2d", x, out_channels="=channels", kernel_size=1, bias=False))
    return graph
