"""Inception v3

Paper: Rethinking the Inception Architecture for Computer Vision
Authors: Christian Szegedy, Vincent Vanhoucke, Sergey Ioffe, Jonathon Shlens and Zbigniew Wojna
Year: 2015
Link: https://arxiv.org/abs/1512.00567
Parameters: 27,161,264

A large window can be taken apart. Two 3×3 convolutions, one after the other, see 5×5 for 18 instead of 25 weights, and
a 1×7 followed by a 7×1 sees 7×7 for 14 instead of 49. Where the maps shrink, a convolution and a pool do it side by
side, so that nothing is squeezed through a bottleneck before it is wide enough.

Five modules stand for five ways of doing that. `InceptionA` (35×35) has 5×5 and two 3×3; `InceptionB` shrinks;
`InceptionC` (17×17) has 1×7 and 7×1, once and twice, over `c7` channels, which grow from 128 to 192; `InceptionD`
shrinks; `InceptionE` (8×8) lays 1×3 and 3×1 side by side, since there are many more maps than places. All channels are
multiples of `unit = 16`.

With `aux` a small classifier on `Mixed_6e` learns along: `loss = CE(logits) + 0.4 · CE(aux)`. The authors found that it
hardly speeds learning up, but regularises. So does label smoothing, which was introduced here: the target is 0.9 for
the right class, and 0.1 is shared by all. `valid` leaves borders unpadded in the stem and where maps shrink, as
published; small images need padding there, and `stride = 1`. The names are torchvision's, whose weights load unchanged.
With shortcuts added the modules became Inception-ResNet; taken to the end, one channel at a time, they became Xception.
"""

from __future__ import annotations

from app.core.document import (
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
from app.core.draw import Drawing, Wire, flag, real, whole
from templates._classification import classifier_recipe
from templates._template import document
from templates.cnn_classification._inception import (
    STD,
    UNIT,
    VALID,
    basic_conv,
    conv,
    shrinking_pool,
    started,
    steps_with_sides,
    telling_sides,
    times,
)

NAME = "inception_v3"
CLASSES = whole("classes", 1000, low=2, help="Number of logits.")
ARGUMENTS = (
    UNIT,
    CLASSES,
    flag("aux", True, help="With a side classifier, which regularises."),
    whole("stride", 2, low=1, high=2, help="Step of the first convolution; 1 for small images."),
    VALID,
    real("dropout", 0.5, low=0, high=0.9, help="Share of the last features silenced in training."),
    STD,
)
SHARED: dict[str, Value] = {"unit": "=unit"}


def inception_v3() -> Document:
    return document(
        __doc__,
        _inception3(),
        *_modules(),
        _aux(),
        basic_conv(),
        *steps_with_sides(NAME, ("aux",), 0.4, label_smoothing=0.1),
        arguments=[
            *ARGUMENTS,
            whole("channels", 3, low=1, help="Channels of an image: 3 for colour, 1 for grey."),
            whole("size", 299, low=32, help="Height and width of an image."),
        ],
        models=[
            Model(
                name=NAME,
                graph="Inception3",
                arguments={argument.name: f"={argument.name}" for argument in ARGUMENTS},
                inputs={"image": InputType(("B", "=channels", "=size", "=size"))},
            )
        ],
        recipe=telling_sides(
            classifier_recipe(
                NAME,
                DataSource("ImageFolder", {"size": "=size", "channels": "=channels", "flip": True}),
                steps=4_000_000,
                batch_size=32,
                optimiser=Optimiser("SGD", {"lr": 0.045, "momentum": 0.9, "weight_decay": 4e-5}),
                schedule=Schedule("cosine", {"warmup": 50}),
                every=5000,
            )
        ),
        presets=_presets(),
        layout={"Inception3": GraphLayout(frames=_frames())},
    )


def _presets() -> list[Preset]:
    published = {
        "stages.train.learn.optimiser.name": "RMSprop",
        "stages.train.learn.optimiser.alpha": 0.9,
        "stages.train.learn.optimiser.eps": 1.0,
        "stages.train.learn.schedule.name": "step",
        "stages.train.learn.schedule.warmup": 0,
        "stages.train.learn.schedule.every": 80_000,
        "stages.train.learn.schedule.factor": 0.94,
    }
    return [
        Preset(name="paper", summary="As published, on a folder of images of 1000 classes.", recipe=published),
        Preset(name="no_aux", summary="Without the side classifier.", arguments={"aux": False}, recipe=published),
        Preset(
            name="quick",
            summary="An eighth of the width on digits placed at random in a 32×32 image.",
            arguments={
                "unit": 2,
                "classes": 10,
                "stride": 1,
                "valid": False,
                "dropout": 0.0,
                "std": 0.1,
                "channels": 1,
                "size": 32,
            },
            data=DataSource("PlacedDigits", {"size": "=size", "channels": "=channels", "noise": 0.3}),
            recipe={
                "batch_size": 32,
                "stages.train.steps": 1100,
                "stages.train.learn.optimiser.lr": 0.1,
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
    return (
        Frame(title="Stem", nodes=(*(name for name, *_ in STEM), "maxpool1", "maxpool2")),
        Frame(title="35×35", nodes=("Mixed_5b", "Mixed_5c", "Mixed_5d")),
        Frame(title="17×17", nodes=("Mixed_6a", "Mixed_6b", "Mixed_6c", "Mixed_6d", "Mixed_6e")),
        Frame(title="8×8", nodes=("Mixed_7a", "Mixed_7b", "Mixed_7c")),
        Frame(title="Head", nodes=("avgpool", "dropout", "flatten", "fc")),
    )


STEM: tuple[tuple[str, int, int, dict[str, Value]], ...] = (
    ("Conv2d_1a_3x3", 2, 3, {"stride": "=stride", "same": "=not valid"}),
    ("Conv2d_2a_3x3", 2, 3, {"same": "=not valid"}),
    ("Conv2d_2b_3x3", 4, 3, {}),
    ("Conv2d_3b_1x1", 5, 1, {}),
    ("Conv2d_4a_3x3", 12, 3, {"same": "=not valid"}),
)
"""Name, channels in units, kernel and what else is said of each convolution of the stem."""


def _inception3() -> Drawing:
    net = Drawing(
        "Inception3",
        "A stem of five convolutions, eleven modules at three sizes, and a linear head on their average.",
        arguments=ARGUMENTS,
        initial=(started(), started(0.001, "AuxLogits.fc")),
    )
    x = net.input("image")
    for name, channels, kernel, more in STEM:
        x = conv(net, name, x, times(channels), kernel, **more)
        if name in ("Conv2d_2b_3x3", "Conv2d_4a_3x3"):
            x = shrinking_pool(net, "maxpool1" if name == "Conv2d_2b_3x3" else "maxpool2", x)
    for place, pooled in (("b", 2), ("c", 4), ("d", 4)):
        x = net.add(f"Mixed_5{place}", "graph:InceptionA", x, **SHARED, pool_features=times(pooled))
    x = net.add("Mixed_6a", "graph:InceptionB", x, **SHARED, valid="=valid")
    for place, wide in (("b", 8), ("c", 10), ("d", 10), ("e", 12)):
        x = net.add(f"Mixed_6{place}", "graph:InceptionC", x, **SHARED, c7=times(wide))
    middle = x
    x = net.add("Mixed_7a", "graph:InceptionD", x, **SHARED, valid="=valid")
    for place in ("b", "c"):
        x = net.add(f"Mixed_7{place}", "graph:InceptionE", x, **SHARED)
    x = net.add("avgpool", "AdaptiveAvgPool2d", x, output_size=1)
    x = net.add("dropout", "Dropout", x, p="=dropout")
    x = net.add("flatten", "Flatten", x)
    net.output("logits", net.add("fc", "Linear", x, out_features="=classes"))
    side = net.add(
        "AuxLogits", "graph:InceptionAux", middle, **SHARED, classes="=classes", valid="=valid", enabled="=aux"
    )
    net.output("aux", side, "Logits of the side branch; without aux, the maps that it would read.")
    return net


def _modules() -> tuple[Drawing, ...]:
    return _a(), _b(), _c(), _d(), _e()


def _chain(
    graph: Drawing, name: str, x: Wire, *layers: tuple[Value, Value | tuple[Value, Value]], **last: Value
) -> Wire:
    """Convolutions one after the other, numbered; ``last`` is said of the last one only."""
    for number, (channels, kernel) in enumerate(layers, start=1):
        more = last if number == len(layers) else {}
        x = conv(graph, f"{name}_{number}", x, channels, kernel, **more)
    return x


def _pooled(graph: Drawing, x: Wire, channels: Value) -> Wire:
    """The average of each 3×3, then 1×1."""
    x = graph.add("pool", "AvgPool2d", x, kernel_size=3, stride=1, padding=1)
    return conv(graph, "branch_pool", x, channels)


def _joined(graph: Drawing, *branches: Wire) -> Drawing:
    graph.output("output", graph.add("join", "Concatenate", *branches))
    return graph


def _a() -> Drawing:
    graph = Drawing(
        "InceptionA",
        "1×1, 5×5, two 3×3 and an average, side by side.",
        arguments=[UNIT, whole("pool_features", 32, low=1, help="Channels made of the averages.")],
    )
    x = graph.input("x")
    one = conv(graph, "branch1x1", x, times(4))
    five = _chain(graph, "branch5x5", x, (times(3), 1), (times(4), 5))
    double = _chain(graph, "branch3x3dbl", x, (times(4), 1), (times(6), 3), (times(6), 3))
    return _joined(graph, one, five, double, _pooled(graph, x, "=pool_features"))


def _b() -> Drawing:
    graph = Drawing("InceptionB", "Half the size: by 3×3, by two 3×3 and by a pool.", arguments=[UNIT, VALID])
    x = graph.input("x")
    shrink: dict[str, Value] = {"stride": 2, "same": "=not valid"}
    three = conv(graph, "branch3x3", x, times(24), 3, **shrink)
    double = _chain(graph, "branch3x3dbl", x, (times(4), 1), (times(6), 3), (times(6), 3), **shrink)
    return _joined(graph, three, double, shrinking_pool(graph, "pool", x))


def _c() -> Drawing:
    graph = Drawing(
        "InceptionC",
        "7×7 as 1×7 and 7×1, once and twice.",
        arguments=[UNIT, whole("c7", 128, low=1, help="Channels between the factors.")],
    )
    x = graph.input("x")
    row, column, wide = (1, 7), (7, 1), times(12)
    one = conv(graph, "branch1x1", x, wide)
    once = _chain(graph, "branch7x7", x, ("=c7", 1), ("=c7", row), (wide, column))
    layers = (("=c7", 1), ("=c7", column), ("=c7", row), ("=c7", column), (wide, row))
    twice = _chain(graph, "branch7x7dbl", x, *layers)
    return _joined(graph, one, once, twice, _pooled(graph, x, wide))


def _d() -> Drawing:
    graph = Drawing(
        "InceptionD", "Half the size again: by 3×3, by 7×7 and 3×3, and by a pool.", arguments=[UNIT, VALID]
    )
    x = graph.input("x")
    shrink: dict[str, Value] = {"stride": 2, "same": "=not valid"}
    wide = times(12)
    three = _chain(graph, "branch3x3", x, (wide, 1), (times(20), 3), **shrink)
    seven = _chain(graph, "branch7x7x3", x, (wide, 1), (wide, (1, 7)), (wide, (7, 1)), (wide, 3), **shrink)
    return _joined(graph, three, seven, shrinking_pool(graph, "pool", x))


def _e() -> Drawing:
    graph = Drawing("InceptionE", "1×3 and 3×1 side by side: few places, many maps.", arguments=[UNIT])
    x = graph.input("x")
    one = conv(graph, "branch1x1", x, times(20))
    three = _forked(graph, "branch3x3_2", conv(graph, "branch3x3_1", x, times(24)))
    double = _chain(graph, "branch3x3dbl", x, (times(28), 1), (times(24), 3))
    double = _forked(graph, "branch3x3dbl_3", double)
    return _joined(graph, one, three, double, _pooled(graph, x, times(12)))


def _forked(graph: Drawing, name: str, x: Wire) -> Wire:
    both = conv(graph, f"{name}a", x, times(24), (1, 3)), conv(graph, f"{name}b", x, times(24), (3, 1))
    return graph.add(f"{name}_both", "Concatenate", *both)


def _aux() -> Drawing:
    graph = Drawing(
        "InceptionAux", "A small classifier on maps from the middle of the net.", arguments=[UNIT, CLASSES, VALID]
    )
    x = graph.input("x")
    x = graph.add("pool", "AvgPool2d", x, kernel_size=5, stride=3, enabled="=valid")
    x = conv(graph, "conv0", x, times(8))
    x = conv(graph, "conv1", x, times(48), 5, same="=not valid")
    x = graph.add("avgpool", "AdaptiveAvgPool2d", x, output_size=1)
    x = graph.add("flatten", "Flatten", x)
    graph.output("logits", graph.add("fc", "Linear", x, out_features="=classes"))
    return graph
