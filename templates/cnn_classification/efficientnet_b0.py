"""EfficientNet-B0

Paper: EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks
Authors: Mingxing Tan and Quoc V. Le
Year: 2019
Link: https://arxiv.org/abs/1905.11946
Parameters: 5,288,548

A net can be made larger in three ways: deeper, wider, or by giving it larger images. Each of them alone soon stops to
pay; grown together, at a fixed ratio, they pay the longest. So a small net is searched for once, and one number makes
all its larger sisters: B0 has the accuracy of ResNet-50 with a fifth of the parameters, B7 that of nets eight times its
size.

With a budget of `2^φ` times the work, depth grows by `1.2^φ`, width by `1.1^φ` and the image's side by `1.15^φ`, since
`1.2 · 1.1² · 1.15² ≈ 2`. The presets B1 to B7 are those nets, with `widths` rounded to multiples of 8 and `layers`
rounded up. A stage is one `MBConv` repeated `layers[stage]` times; the first copy may have stride 2.

`MBConv` turns a bottleneck inside out: a 1×1 convolution *widens* the channels by `expansion`, a depthwise one (each
channel by itself, `kernel²` weights) looks around, and a 1×1 narrows them again, without a bend, since a bend in few
channels loses too much. The shortcut joins the narrow ends. `SqueezeExcite` averages each channel over the image and
lets two small layers decide how much of it passes: `x · sigmoid(W2 silu(W1 mean(x)))`. While it trains, whole blocks
are left out at random (`drop`, rising with depth), which the shortcuts allow; the bend is `silu`, `x · sigmoid(x)`.

Depthwise convolutions do little work for the memory they move, so that these nets are slower than their counts
promise; EfficientNetV2 (2021) merges the first two steps where images are large, and trains on growing images. Names
and counts are torchvision's, whose weights load unchanged.
"""

from __future__ import annotations

from math import ceil, floor

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
from app.core.draw import Drawing, Wire, ints, real, use, whole
from templates._classification import classifier_recipe, classifier_steps
from templates._template import document
from templates.cnn_classification._arguments import passed

NAME = "efficientnet_b0"

BASE_WIDTHS = (32, 16, 24, 40, 80, 112, 192, 320, 1280)
BASE_LAYERS = (1, 2, 2, 3, 3, 4, 1)
SCALED: dict[str, tuple[float, float, int, float]] = {
    "b1": (1.0, 1.1, 240, 0.2),
    "b2": (1.1, 1.2, 288, 0.3),
    "b3": (1.2, 1.4, 300, 0.3),
    "b4": (1.4, 1.8, 380, 0.4),
    "b5": (1.6, 2.2, 456, 0.4),
    "b6": (1.8, 2.6, 528, 0.5),
    "b7": (2.0, 3.1, 600, 0.5),
}
"""How much wider and deeper each is, its images' side and its dropout."""

WIDTHS = ints("widths", BASE_WIDTHS, low=1, help="Channels of the stem, of the seven stages and of the last layer.")
LAYERS = ints("layers", BASE_LAYERS, low=1, help="Blocks in each of the seven stages.")
EXPANSIONS = ints("expansions", (1, 6, 6, 6, 6, 6, 6), low=1, help="How much each stage's blocks widen their channels.")
KERNELS = ints("kernels", (3, 3, 5, 3, 5, 5, 3), low=1, help="Side of each stage's depthwise kernels.")
STRIDES = ints("strides", (1, 2, 2, 2, 1, 2, 1), low=1, help="Stride of each stage's first block.")
DROP = real("drop", 0.2, low=0, high=0.9, help="Chance of the last block to be left out; earlier ones have less.")
EPS = real("eps", 1e-5, low=0, help="What the normalisations add to each variance.")
MOMENTUM = real("momentum", 0.1, low=0, high=1, help="How fast the normalisations' running figures follow.")
DROPOUT = real("dropout", 0.2, low=0, high=0.9, help="Share of the last layer's features silenced in training.")
CLASSES = whole("classes", 1000, low=2, help="Number of logits.")
NORM = (EPS, MOMENTUM)
BODY = (WIDTHS, LAYERS, EXPANSIONS, KERNELS, STRIDES, DROP, *NORM)
ARGUMENTS = (*BODY, DROPOUT, CLASSES)

CHANNELS = whole("channels", 16, low=1, help="Channels that come out.")
KERNEL = whole("kernel", 3, low=1, help="Side of the kernel; odd.")
STRIDE = whole("stride", 1, low=1, help="2 halves height and width.")
EXPANSION = whole("expansion", 6, low=1, help="How many times the channels are widened; 1 leaves that layer out.")


def efficientnet_b0() -> Document:
    return document(
        __doc__,
        _efficientnet(),
        _classifier(),
        _features(),
        _mbconv(),
        _inverted(),
        _separable(),
        _squeeze_excite(),
        _conv_norm(),
        _depthwise_norm(),
        _projection(),
        *classifier_steps(NAME, label_smoothing=0.1),
        arguments=[
            *ARGUMENTS,
            whole("channels", 3, low=1, help="Channels of an image: 3 for colour, 1 for grey."),
            whole("size", 224, low=32, help="Height and width of an image."),
        ],
        models=[
            Model(
                name=NAME,
                graph="EfficientNet",
                arguments=passed(*ARGUMENTS),
                inputs={"image": InputType(("B", "=channels", "=size", "=size"))},
            )
        ],
        recipe=classifier_recipe(
            NAME,
            DataSource("ImageFolder", {"size": "=size", "channels": "=channels", "flip": True}),
            steps=109_000,
            batch_size=4096,
            optimiser=Optimiser("AdamW", {"lr": 5e-3, "weight_decay": 0.01}),
            schedule=Schedule("cosine", {"warmup": 100}),
            every=3000,
        ),
        presets=[
            Preset(
                name="paper",
                summary="B0 as published, on a folder of images of 1000 classes.",
                recipe=_PUBLISHED,
            ),
            _quick(),
            *(_scaled(name, *scale) for name, scale in SCALED.items()),
        ],
        layout={"Features": GraphLayout(frames=_FRAMES)},
    )


_FRAMES = (
    Frame(title="Stem", nodes=("0",)),
    Frame(title="Stages", nodes=tuple(str(number) for number in range(1, 8))),
    Frame(title="Widened for the head", nodes=("8",)),
)


_PUBLISHED: dict[str, Value] = {
    "stages.train.learn.optimiser.name": "RMSprop",
    "stages.train.learn.optimiser.lr": 0.256,
    "stages.train.learn.optimiser.alpha": 0.9,
    "stages.train.learn.optimiser.momentum": 0.9,
    "stages.train.learn.optimiser.eps": 1e-3,
    "stages.train.learn.optimiser.weight_decay": 1e-5,
    "stages.train.learn.schedule.name": "step",
    "stages.train.learn.schedule.every": 750,
    "stages.train.learn.schedule.factor": 0.97,
    "stages.train.learn.schedule.warmup": 1560,
}


def _quick() -> Preset:
    return Preset(
        name="quick",
        summary="Narrow stages on digits placed at random in a 32×32 image.",
        arguments={
            "widths": (8, 8, 8, 12, 16, 16, 24, 32, 96),
            "layers": (1, 2, 2, 2, 2, 2, 1),
            "expansions": (1, 3, 3, 3, 3, 3, 3),
            "strides": (1, 2, 2, 1, 1, 2, 1),
            "drop": 0.05,
            "dropout": 0.1,
            "classes": 10,
            "channels": 1,
            "size": 32,
        },
        data=DataSource("PlacedDigits", {"size": "=size", "channels": "=channels", "noise": 0.3}),
        recipe={
            "batch_size": 32,
            "stages.train.steps": 2000,
            "evaluations.validation.every": 500,
            "previews.predictions.every": 500,
        },
        goal=Goal(
            evaluation="test",
            metric="accuracy",
            at_least=0.86,
            baseline="0.78 by the nearest of 100 placings of each digit, 0.16 by logistic regression",
            ruin="0.13 with depthwise kernels of 1×1",
        ),
    )


def _scaled(name: str, width: float, depth: float, size: int, dropout: float) -> Preset:
    """A larger sister, by the paper's two multipliers; torchvision's largest three follow the authors' norms."""
    widths = [_rounded(base * width) for base in BASE_WIDTHS[:-1]]
    arguments: dict[str, Value] = {
        "widths": (*widths, 4 * widths[-1]),
        "layers": tuple(ceil(layers * depth) for layers in BASE_LAYERS),
        "dropout": dropout,
        "size": size,
    }
    if name in ("b5", "b6", "b7"):
        arguments |= {"eps": 1e-3, "momentum": 0.01}
    return Preset(
        name=name,
        summary=f"{width:g} times as wide and {depth:g} times as deep, on images of {size}×{size}.",
        arguments=arguments,
        recipe=_PUBLISHED,
    )


def _rounded(channels: float) -> int:
    """The nearest multiple of 8, but never less than nine tenths."""
    nearest = floor(channels + 4) // 8 * 8
    return nearest if nearest >= 0.9 * channels else nearest + 8


_INITIAL = (
    Initial(nodes=("Conv2d",), parameter="weight", method="kaiming_normal_", arguments={"mode": "fan_out"}),
    Initial(nodes=("Conv2d", "Linear"), parameter="bias", method="zeros_"),
    Initial(
        nodes=("Linear",),
        parameter="weight",
        method="uniform_",
        arguments={"a": "=-1 / classes ** 0.5", "b": "=1 / classes ** 0.5"},
    ),
)


def _efficientnet() -> Drawing:
    net = Drawing(
        "EfficientNet",
        "A stem, seven stages of inverted bottlenecks, and a linear head on their average.",
        arguments=ARGUMENTS,
        initial=_INITIAL,
    )
    x = net.input("image")
    x = net.add("features", "graph:Features", x, **passed(*BODY))
    x = net.add("avgpool", "AdaptiveAvgPool2d", x, output_size=1)
    x = net.add("flatten", "Flatten", x)
    net.output("logits", net.add("classifier", "graph:Classifier", x, **passed(DROPOUT, CLASSES)))
    return net


def _classifier() -> Drawing:
    graph = Drawing("Classifier", "The logits, from thinned features.", arguments=[DROPOUT, CLASSES], sequential=True)
    x = graph.add("0", "Dropout", graph.input("x"), p="=dropout")
    graph.output("logits", graph.add("1", "Linear", x, out_features="=classes"))
    return graph


def _features() -> Drawing:
    """Stem, stages and the last layer, numbered as in torchvision."""
    graph = Drawing(
        "Features",
        "Seven stages of inverted bottlenecks between two convolutions.",
        arguments=BODY,
        sequential=True,
    )
    norm = passed(*NORM)
    x = graph.input("image")
    x = graph.add("0", "graph:ConvNorm", x, channels="=widths[0]", kernel=3, stride=2, **norm)
    for stage in range(7):
        before = f"(sum(layers[:{stage}]) + i)" if stage else "i"
        x = graph.add(
            str(stage + 1),
            "graph:MBConv",
            x,
            channels=f"=widths[{stage + 1}]",
            kernel=f"=kernels[{stage}]",
            stride=f"=strides[{stage}] if i == 0 else 1",
            expansion=f"=expansions[{stage}]",
            drop=f"=drop * {before} / sum(layers)",
            repeat=f"=layers[{stage}]",
            **norm,
        )
    graph.output("features", graph.add("8", "graph:ConvNorm", x, channels="=widths[8]", kernel=1, **norm))
    return graph


def _mbconv() -> Drawing:
    """Where the shape stays, the branch is added to its input, and sometimes left out."""
    inner = (CHANNELS, KERNEL, STRIDE, EXPANSION, *NORM)
    drop = real("drop", 0.0, low=0, high=0.9, help="Chance of the branch to be left out in training.")
    graph = Drawing("MBConv", "Wide inside, narrow at its ends, beside a shortcut.", arguments=[*inner, drop])
    x = graph.input("x")
    plain = Case("=expansion == 1", use("graph:Separable"), passed(CHANNELS, KERNEL, STRIDE, *NORM))
    y = graph.add("block", "graph:Inverted", x, cases=[plain], **passed(*inner))
    joins = "=stride == 1 and x.channels == channels"
    y = graph.add("stochastic_depth", "StochasticDepth", y, p="=drop", enabled=joins)
    graph.output("output", graph.add("add", "Add", y, x, enabled=joins))
    return graph


def _inverted() -> Drawing:
    graph = Drawing(
        "Inverted",
        "1×1 up to several times as many channels, depthwise, weighed, and 1×1 down.",
        arguments=[CHANNELS, KERNEL, STRIDE, EXPANSION, *NORM],
        sequential=True,
    )
    x = graph.input("x")
    squeezed = "=max(1, x.channels // 4)"
    x = graph.add("0", "graph:ConvNorm", x, channels="=x.channels * expansion", kernel=1, **passed(*NORM))
    graph.output("output", _narrowed(graph, x, 1, squeezed))
    return graph


def _separable() -> Drawing:
    graph = Drawing(
        "Separable",
        "Depthwise, weighed, and 1×1: the block without widening.",
        arguments=[CHANNELS, KERNEL, STRIDE, *NORM],
        sequential=True,
    )
    graph.output("output", _narrowed(graph, graph.input("x"), 0, "=max(1, x.channels // 4)"))
    return graph


def _narrowed(graph: Drawing, x: Wire, first: int, squeezed: str) -> Wire:
    """What both forms share: each channel by itself, how much of it passes, and the narrow end."""
    norm = passed(*NORM)
    x = graph.add(str(first), "graph:DepthwiseNorm", x, kernel="=kernel", stride="=stride", **norm)
    x = graph.add(str(first + 1), "graph:SqueezeExcite", x, squeezed=squeezed)
    return graph.add(str(first + 2), "graph:Projection", x, channels="=channels", **norm)


def _squeeze_excite() -> Drawing:
    squeezed = whole("squeezed", 8, low=1, help="Channels of the small layer in between.")
    graph = Drawing("SqueezeExcite", "Lets channels pass by what is in the whole image.", arguments=[squeezed])
    x = graph.input("x")
    y = graph.add("avgpool", "AdaptiveAvgPool2d", x, output_size=1)
    y = graph.add("fc1", "Conv2d", y, out_channels="=squeezed", kernel_size=1)
    y = graph.add("activation", "SiLU", y)
    y = graph.add("fc2", "Conv2d", y, out_channels="=x.channels", kernel_size=1)
    y = graph.add("scale_activation", "Sigmoid", y)
    graph.output("output", graph.add("scale", "Multiply", x, y))
    return graph


def _conv_norm() -> Drawing:
    graph = Drawing(
        "ConvNorm",
        "Convolution, normalisation, silu.",
        arguments=[CHANNELS, KERNEL, STRIDE, *NORM],
        sequential=True,
    )
    x = graph.input("x")
    x = graph.add("0", "Conv2d", x, out_channels="=channels", stride="=stride", **_square())
    x = graph.add("1", "BatchNorm2d", x, **passed(*NORM))
    graph.output("output", graph.add("2", "SiLU", x))
    return graph


def _depthwise_norm() -> Drawing:
    graph = Drawing(
        "DepthwiseNorm",
        "Each channel by itself; normalisation, silu.",
        arguments=[KERNEL, STRIDE, *NORM],
        sequential=True,
    )
    x = graph.input("x")
    x = graph.add("0", "Conv2d", x, out_channels="=x.channels", groups="=x.channels", stride="=stride", **_square())
    x = graph.add("1", "BatchNorm2d", x, **passed(*NORM))
    graph.output("output", graph.add("2", "SiLU", x))
    return graph


def _square() -> dict[str, Value]:
    """A kernel whose middle sees every place."""
    return {"kernel_size": "=kernel", "padding": "=kernel // 2", "bias": False}


def _projection() -> Drawing:
    graph = Drawing(
        "Projection", "1×1 and normalisation, without a bend.", arguments=[CHANNELS, *NORM], sequential=True
    )
    x = graph.add("0", "Conv2d", graph.input("x"), out_channels="=channels", kernel_size=1, bias=False)
    graph.output("output", graph.add("1", "BatchNorm2d", x, **passed(*NORM)))
    return graph
