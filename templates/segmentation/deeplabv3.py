"""DeepLabv3

Paper: Rethinking Atrous Convolution for Semantic Image Segmentation
Authors: Liang-Chieh Chen, George Papandreou, Florian Schroff and Hartwig Adam
Year: 2017
Link: https://arxiv.org/abs/1706.05587
Parameters: 39,638,869

A classifier shrinks its maps until they have forgotten where things are. Where it would step by two, its kernels can be
spread instead: an atrous convolution looks at every second, fourth or twelfth place and sees as far as if the maps had
shrunk, without a single further weight. At the end several spreads look at the same maps side by side, and the mean
of the whole image with them, so that things are found at whatever size they have.

The trunk is ResNet-50, whose last two stages have `dilation` 2 and 4 in place of strides: the maps stay at an 8th of
the size (`layer3`, `layer4`). A 3×3 kernel with `dilation = r` reaches over `2 · r + 1` places. `Pyramid` has a single
pixel, three spreads (`rates`, 12, 24 and 36 at this size), and the mean, each with `features` channels; joined, mixed
by 1×1 and once more by 3×3, they give `classes` maps, which are enlarged to the image as they are, by interpolation.

Too large a rate finds only the middle of its kernel inside the maps; the mean over the image takes over what it loses.
`head = "fcn"` leaves out the pyramid: two convolutions, torchvision's `fcn_resnet50`. The names are
torchvision's, whose weights load unchanged (without the side classifier of its training). Version 3+ (2018) adds what
U-Net has, finer maps on the way up, and separable convolutions.
"""

from __future__ import annotations

from collections.abc import Callable

from app.core.document import (
    Argument,
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
from app.core.draw import Drawing, Wire, choice, ints, real, use, whole
from templates._template import document
from templates.cnn_classification._resnet import INITIAL, downsample
from templates.segmentation._segmentation import segmentation_recipe, segmentation_steps

NAME = "deeplabv3"

LAYERS = ints("layers", (3, 4, 6, 3), low=1, help="Residual blocks in each of the trunk's four stages.")
WIDTH = whole("width", 64, low=1, help="Channels of the stem; the last maps have 32 times as many.")
FEATURES = whole("features", 256, low=1, help="Channels of each branch of the pyramid.")
RATES = ints("rates", (12, 24, 36), low=1, help="How far apart the places are that three of the branches look at.")
CLASSES = whole("classes", 21, low=2, help="What a pixel can belong to.")
DROPOUT = real("dropout", 0.5, low=0, high=0.9, help="Share of the mixed features silenced in training.")
ARGUMENTS = (
    LAYERS,
    WIDTH,
    FEATURES,
    RATES,
    CLASSES,
    DROPOUT,
    choice("head", "pyramid", "pyramid", "fcn", help="What makes classes of the trunk's maps."),
)


def deeplabv3() -> Document:
    return document(
        __doc__,
        _deeplab(),
        _backbone(),
        _bottleneck(),
        downsample(),
        _head(),
        _fcn_head(),
        _aspp(),
        _pyramid(),
        _branch("Pixel", "A single pixel.", _pixel),
        _branch("Spread", "3×3 places, so far apart.", _spread, whole("rate", 12, low=1)),
        _branch("Overall", "The mean of the whole image.", _overall),
        _mixed(),
        *segmentation_steps(NAME),
        arguments=[
            *ARGUMENTS,
            whole("channels", 3, low=1, help="Channels of an image: 3 for colour, 1 for grey."),
            whole("size", 520, low=32, help="Height and width of an image."),
        ],
        models=[
            Model(
                name=NAME,
                graph="DeepLabV3",
                arguments={argument.name: f"={argument.name}" for argument in ARGUMENTS},
                inputs={"image": InputType(("B", "=channels", "=size", "=size"))},
            )
        ],
        recipe=segmentation_recipe(
            NAME,
            DataSource("Shapes", {"size": "=size", "channels": "=channels"}),
            steps=30_000,
            batch_size=16,
            optimiser=Optimiser("AdamW", {"lr": 1e-3, "weight_decay": 1e-4}),
            schedule=Schedule("cosine"),
        ),
        presets=_presets(),
        layout={"Pyramid": GraphLayout(frames=(Frame(title="Spreads", nodes=("1", "2", "3")),))},
    )


def _presets() -> list[Preset]:
    learn = "stages.train.learn.optimiser"
    published = {f"{learn}.name": "SGD", f"{learn}.lr": 0.007, f"{learn}.momentum": 0.9}
    return [
        Preset(
            name="paper",
            summary="On ResNet-50, for the 21 classes of Pascal VOC; maps at an 8th of the size.",
            recipe=published,
        ),
        Preset(name="resnet101", summary="On ResNet-101.", arguments={"layers": (3, 4, 23, 3)}, recipe=published),
        Preset(
            name="fcn_resnet50",
            summary="Without the pyramid.",
            arguments={"head": "fcn", "dropout": 0.1},
            recipe=published,
        ),
        Preset(
            name="quick",
            summary="An eighth of the width on circles, squares and triangles, told by their outline alone.",
            arguments={
                "layers": (2, 2, 2, 2),
                "width": 8,
                "features": 32,
                "rates": (1, 2, 3),
                "classes": 4,
                "dropout": 0.0,
                "channels": 1,
                "size": 64,
            },
            recipe={
                "batch_size": 8,
                "eval_batch_size": 64,
                "stages.train.steps": 1000,
                "stages.train.learn.optimiser.lr": 3e-3,
                "evaluations.validation.every": 100,
                "previews.masks.every": 100,
            },
            goal=Goal(
                evaluation="test",
                metric="mean_iou",
                at_least=0.4,
                baseline="0.33 by perfect outlines, every form called a circle; 0.30 by a perceptron on 15×15",
            ),
        ),
    ]


def _deeplab() -> Drawing:
    net = Drawing(
        "DeepLabV3",
        "A trunk whose maps stay large, a pyramid of spreads, and an enlargement to the image's size.",
        arguments=ARGUMENTS,
    )
    image = net.input("image")
    x = net.add("backbone", "graph:Backbone", image, layers="=layers", width="=width")
    shared: dict[str, Value] = {"classes": "=classes", "dropout": "=dropout"}
    plain = Case('head == "fcn"', use("graph:FCNHead"), shared)
    x = net.add("classifier", "graph:DeepLabHead", x, features="=features", rates="=rates", **shared, cases=[plain])
    net.output("logits", net.add("enlarge", "Interpolate", x, image, mode="bilinear"))
    return net


def _backbone() -> Drawing:
    net = Drawing(
        "Backbone",
        "ResNet without its head; the last two stages spread their kernels instead of stepping by two.",
        arguments=(LAYERS, WIDTH),
        initial=INITIAL,
    )
    x = net.input("image")
    x = net.add("conv1", "Conv2d", x, out_channels="=width", kernel_size=7, stride=2, padding=3, bias=False)
    x = net.add("bn1", "BatchNorm2d", x)
    x = net.add("relu", "ReLU", x)
    x = net.add("maxpool", "MaxPool2d", x, kernel_size=3, stride=2, padding=1)
    more: tuple[dict[str, Value], ...] = (
        {},
        {"stride": "=2 if i == 0 else 1"},
        {"dilation": "=1 if i == 0 else 2"},
        {"dilation": "=2 if i == 0 else 4"},
    )
    for stage, said in enumerate(more):
        planes = "=width" if stage == 0 else f"=width * {2**stage}"
        x = net.add(f"layer{stage + 1}", "graph:Bottleneck", x, planes=planes, **said, repeat=f"=layers[{stage}]")
    net.output("features", x)
    return net


def _bottleneck() -> Drawing:
    block = Drawing(
        "Bottleneck",
        "1×1 down, 3×3 with a spread, and 1×1 up to four times as many, beside a shortcut.",
        arguments=[
            whole("planes", 64, low=1, help="Channels of the block's convolutions."),
            whole("stride", 1, low=1, help="2 halves height and width."),
            whole("dilation", 1, low=1, help="How far apart the places are that the 3×3 looks at."),
        ],
    )
    x = block.input("x")
    y = block.add("conv1", "Conv2d", x, out_channels="=planes", kernel_size=1, bias=False)
    y = block.add("bn1", "BatchNorm2d", y)
    y = block.add("relu1", "ReLU", y)
    spread: dict[str, Value] = {"stride": "=stride", "padding": "=dilation", "dilation": "=dilation"}
    y = block.add("conv2", "Conv2d", y, out_channels="=planes", kernel_size=3, **spread, bias=False)
    y = block.add("bn2", "BatchNorm2d", y)
    y = block.add("relu2", "ReLU", y)
    y = block.add("conv3", "Conv2d", y, out_channels="=planes * 4", kernel_size=1, bias=False)
    y = block.add("bn3", "BatchNorm2d", y)
    projected = "=stride != 1 or x.channels != planes * 4"
    x = block.add("downsample", "graph:Downsample", x, channels="=planes * 4", stride="=stride", enabled=projected)
    block.output("output", block.add("relu3", "ReLU", block.add("add", "Add", y, x)))
    return block


def _head() -> Drawing:
    graph = Drawing(
        "DeepLabHead",
        "The pyramid, mixed once more, and a score for each class.",
        arguments=(FEATURES, RATES, CLASSES, DROPOUT),
        sequential=True,
    )
    x = graph.input("x")
    x = graph.add("0", "graph:ASPP", x, features="=features", rates="=rates", dropout="=dropout")
    x = _normed(graph, 1, x, "=features", kernel_size=3, padding=1)
    graph.output("scores", graph.add("4", "Conv2d", x, out_channels="=classes", kernel_size=1))
    return graph


def _fcn_head() -> Drawing:
    graph = Drawing(
        "FCNHead", "Two convolutions, and a score for each class.", arguments=(CLASSES, DROPOUT), sequential=True
    )
    x = _normed(graph, 0, graph.input("x"), "=x.channels // 4", kernel_size=3, padding=1)
    x = graph.add("3", "Dropout", x, p="=dropout")
    graph.output("scores", graph.add("4", "Conv2d", x, out_channels="=classes", kernel_size=1))
    return graph


def _normed(graph: Drawing, first: int, x: Wire, channels: str, **more: Value) -> Wire:
    """Convolution, norm and relu, numbered from ``first`` on."""
    x = graph.add(str(first), "Conv2d", x, out_channels=channels, bias=False, **more)
    x = graph.add(str(first + 1), "BatchNorm2d", x)
    return graph.add(str(first + 2), "ReLU", x)


def _aspp() -> Drawing:
    graph = Drawing(
        "ASPP", "Atrous spatial pyramid pooling: several spreads, mixed.", arguments=(FEATURES, RATES, DROPOUT)
    )
    x = graph.add("convs", "graph:Pyramid", graph.input("x"), features="=features", rates="=rates")
    graph.output("output", graph.add("project", "graph:Mixed", x, features="=features", dropout="=dropout"))
    return graph


def _pyramid() -> Drawing:
    graph = Drawing("Pyramid", "The same maps at five reaches, side by side.", arguments=(FEATURES, RATES))
    x = graph.input("x")
    branches = [graph.add("0", "graph:Pixel", x, features="=features")]
    for place in (1, 2, 3):
        rate = f"=rates[{place - 1}]"
        branches.append(graph.add(str(place), "graph:Spread", x, features="=features", rate=rate))
    overall = graph.add("4", "graph:Overall", x, features="=features")
    branches.append(graph.add("everywhere", "Interpolate", overall, x, mode="bilinear"))
    graph.output("output", graph.add("join", "Concatenate", *branches))
    return graph


def _branch(name: str, summary: str, fill: Callable[[Drawing, Wire], Wire], *arguments: Argument) -> Drawing:
    graph = Drawing(name, summary, arguments=(FEATURES, *arguments), sequential=True)
    graph.output("output", fill(graph, graph.input("x")))
    return graph


def _pixel(graph: Drawing, x: Wire) -> Wire:
    return _normed(graph, 0, x, "=features", kernel_size=1)


def _spread(graph: Drawing, x: Wire) -> Wire:
    return _normed(graph, 0, x, "=features", kernel_size=3, padding="=rate", dilation="=rate")


def _overall(graph: Drawing, x: Wire) -> Wire:
    x = graph.add("0", "AdaptiveAvgPool2d", x, output_size=1)
    return _normed(graph, 1, x, "=features", kernel_size=1)


def _mixed() -> Drawing:
    graph = Drawing(
        "Mixed", "All branches' channels mixed to those of one.", arguments=(FEATURES, DROPOUT), sequential=True
    )
    x = _normed(graph, 0, graph.input("x"), "=features", kernel_size=1)
    graph.output("output", graph.add("3", "Dropout", x, p="=dropout"))
    return graph
