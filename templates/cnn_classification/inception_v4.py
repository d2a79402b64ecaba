"""Inception v4

Paper: Inception-v4, Inception-ResNet and the Impact of Residual Connections on Learning
Authors: Christian Szegedy, Sergey Ioffe, Vincent Vanhoucke and Alex Alemi
Year: 2016
Link: https://arxiv.org/abs/1602.07261
Parameters: 42,679,816

Earlier Inceptions had been cut to fit onto several machines, and every module was a little different. Freed of that,
the net becomes uniform: a stem that forks whenever it shrinks, and then three kinds of module, each repeated at its own
size, with a reduction between them. It is as good as the same modules with shortcuts, which only learn faster.

`InceptionA` (35×35) has 1×1, 3×3 and two 3×3; `InceptionB` (17×17) 1×7 and 7×1, once and twice; `InceptionC` (8×8) has
forks into 1×3 and 3×1 at the end of its branches. Each has an average of 3×3, whose border counts only what is inside.
`blocks` says how often each is repeated: 4, 7 and 3. A module gives as many channels as it gets: 12, 32 and 48 times
`unit = 32`. `valid` leaves borders unpadded in the stem and where maps shrink, as published; small images need padding
there, and `stride = 1`.

The paper's other nets add a module's output to its input, scaled by 0.1 to 0.3 where the net is wide, since otherwise
it dies early in training; normalised initialisations later made that needless. The names are timm's, whose weights load
unchanged. After this the family ended: Xception and NASNet took its modules apart, and ResNeXt showed that equal
branches do as well as designed ones.
"""

from __future__ import annotations

from msgspec.structs import replace

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
    Repeat,
    Schedule,
    Value,
)
from app.core.draw import Drawing, Wire, ints, real, whole
from templates._classification import classifier_recipe, classifier_steps
from templates._template import document
from templates.cnn_classification._inception import UNIT as UNIT_OF_16
from templates.cnn_classification._inception import VALID, basic_conv, conv, shrinking_pool, times

NAME = "inception_v4"
UNIT = replace(UNIT_OF_16, default=32, help="What all channels are multiples of; the published net has 32.")
BLOCKS = ints("blocks", (4, 7, 3), low=1, help="How often each of the three modules is repeated.")
STRIDE = whole("stride", 2, low=1, high=2, help="Step of the first convolution; 1 for small images.")
FEATURES = (UNIT, BLOCKS, STRIDE, VALID)
ARGUMENTS = (
    *FEATURES,
    whole("classes", 1000, low=2, help="Number of logits."),
    real("dropout", 0.2, low=0, high=0.9, help="Share of the last features silenced in training."),
)
SHARED: dict[str, Value] = {"unit": "=unit"}
SHRINK: dict[str, Value] = {"stride": 2, "same": "=not valid"}
ROW, COLUMN = (1, 7), (7, 1)
Layer = tuple[int, int | tuple[int, int]]
"""Channels in units, and kernel."""


def inception_v4() -> Document:
    return document(
        __doc__,
        _net(),
        _features(),
        *_stem(),
        *_modules(),
        basic_conv(),
        *classifier_steps(NAME, label_smoothing=0.1),
        arguments=[
            *ARGUMENTS,
            whole("channels", 3, low=1, help="Channels of an image: 3 for colour, 1 for grey."),
            whole("size", 299, low=32, help="Height and width of an image."),
        ],
        models=[
            Model(
                name=NAME,
                graph="InceptionV4",
                arguments={argument.name: f"={argument.name}" for argument in ARGUMENTS},
                inputs={"image": InputType(("B", "=channels", "=size", "=size"))},
            )
        ],
        recipe=classifier_recipe(
            NAME,
            DataSource("ImageFolder", {"size": "=size", "channels": "=channels", "flip": True}),
            steps=6_400_000,
            batch_size=32,
            optimiser=Optimiser("SGD", {"lr": 0.045, "momentum": 0.9}),
            schedule=Schedule("cosine", {"warmup": 50}),
            every=5000,
        ),
        presets=_presets(),
        layout={"Features": GraphLayout(frames=_FRAMES)},
    )


def _presets() -> list[Preset]:
    published: dict[str, Value] = {
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
        Preset(
            name="quick",
            summary="A tenth of the width, two of each module, on digits placed at random in a 32×32 image.",
            arguments={
                "unit": 3,
                "blocks": (2, 2, 2),
                "classes": 10,
                "stride": 1,
                "valid": False,
                "dropout": 0.0,
                "channels": 1,
                "size": 32,
            },
            data=DataSource("PlacedDigits", {"size": "=size", "channels": "=channels", "noise": 0.3}),
            recipe={
                "batch_size": 32,
                "stages.train.steps": 1200,
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
    Frame(title="Stem", nodes=("0", "1", "2", "3", "4", "5")),
    Frame(title="35×35", nodes=("inception_a",)),
    Frame(title="17×17", nodes=("10", "inception_b")),
    Frame(title="8×8", nodes=("18", "inception_c")),
)


def _net() -> Drawing:
    net = Drawing("InceptionV4", "All modules in a row, and a linear head on their average.", arguments=ARGUMENTS)
    said: dict[str, Value] = {argument.name: f"={argument.name}" for argument in FEATURES}
    x = net.add("features", "graph:Features", net.input("image"), **said)
    x = net.add("global_pool", "AdaptiveAvgPool2d", x, output_size=1)
    x = net.add("flatten", "Flatten", x)
    x = net.add("head_drop", "Dropout", x, p="=dropout")
    net.output("logits", net.add("last_linear", "Linear", x, out_features="=classes"))
    return net


def _features() -> Drawing:
    """One chain, numbered as timm's; the numbers of what comes later do not change with the repeats."""
    graph = Drawing(
        "Features",
        "A stem that forks where it shrinks; three modules, repeated, with a reduction before each new size.",
        arguments=FEATURES,
        sequential=True,
    )
    x = graph.input("image")
    x = conv(graph, "0", x, "=unit", 3, stride="=stride", same="=not valid")
    x = conv(graph, "1", x, "=unit", 3, same="=not valid")
    x = conv(graph, "2", x, times(2), 3)
    for number, name in enumerate(("Mixed3a", "Mixed4a", "Mixed5a"), start=3):
        x = graph.add(str(number), f"graph:{name}", x, **SHARED, valid="=valid")
    x = graph.add("inception_a", "graph:InceptionA", x, **SHARED, repeat=Repeat("=blocks[0]", "{i + 6}"))
    x = graph.add("10", "graph:ReductionA", x, **SHARED, valid="=valid")
    x = graph.add("inception_b", "graph:InceptionB", x, **SHARED, repeat=Repeat("=blocks[1]", "{i + 11}"))
    x = graph.add("18", "graph:ReductionB", x, **SHARED, valid="=valid")
    x = graph.add("inception_c", "graph:InceptionC", x, **SHARED, repeat=Repeat("=blocks[2]", "{i + 19}"))
    graph.output("features", x)
    return graph


def _joined(graph: Drawing, *branches: Wire) -> Drawing:
    graph.output("output", graph.add("join", "Concatenate", *branches))
    return graph


def _branch(name: str, *layers: Layer, pooled: bool = False, **last: Value) -> Drawing:
    """Convolutions in a row; ``last`` is said of the last one, ``pooled`` puts an average of 3×3 before them."""
    is_valid = "valid" in str(last.get("same", ""))
    graph = Drawing(
        name,
        "Convolutions, one after the other.",
        arguments=[UNIT, VALID] if is_valid else [UNIT],
        sequential=True,
    )
    x = graph.input("x")
    if pooled:
        x = graph.add("0", "AvgPool2d", x, kernel_size=3, stride=1, padding=1, count_include_pad=False)
    for number, (units, kernel) in enumerate(layers, start=int(pooled)):
        more = last if number == len(layers) - 1 + pooled else {}
        x = conv(graph, str(number), x, "=unit" if units == 1 else times(units), kernel, **more)
    graph.output("output", x)
    return graph


def _stem() -> tuple[Drawing, ...]:
    """The three places where the stem forks."""
    mixed3 = Drawing("Mixed3a", "Half the size: by a pool and by 3×3.", arguments=[UNIT, VALID])
    x = mixed3.input("x")
    _joined(mixed3, shrinking_pool(mixed3, "maxpool", x), conv(mixed3, "conv", x, times(3), 3, **SHRINK))

    mixed4 = Drawing("Mixed4a", "3×3, plain and after 7×7 as 1×7 and 7×1.", arguments=[UNIT, VALID])
    x = mixed4.input("x")
    said = {**SHARED, "valid": "=valid"}
    plain = mixed4.add("branch0", "graph:Plain", x, **said)
    _joined(mixed4, plain, mixed4.add("branch1", "graph:Far", x, **said))

    mixed5 = Drawing("Mixed5a", "Half the size: by 3×3 and by a pool.", arguments=[UNIT, VALID])
    x = mixed5.input("x")
    _joined(mixed5, conv(mixed5, "conv", x, times(6), 3, **SHRINK), shrinking_pool(mixed5, "maxpool", x))

    no_padding: dict[str, Value] = {"same": "=not valid"}
    far: tuple[Layer, ...] = ((2, 1), (2, ROW), (2, COLUMN), (3, 3))
    return mixed3, mixed4, mixed5, _branch("Plain", (2, 1), (3, 3), **no_padding), _branch("Far", *far, **no_padding)


def _modules() -> tuple[Drawing, ...]:
    double: tuple[Layer, ...] = ((6, 1), (6, COLUMN), (7, ROW), (7, COLUMN), (8, ROW))
    return (
        _module("InceptionA", "1×1, 3×3, two 3×3 and an average, side by side.", 3, "ThreeA", "DoubleA", "AverageA"),
        _branch("ThreeA", (2, 1), (3, 3)),
        _branch("DoubleA", (2, 1), (3, 3), (3, 3)),
        _branch("AverageA", (3, 1), pooled=True),
        _reduction("ReductionA", "Half the size: by 3×3, by two 3×3 and by a pool.", "ShrinkA"),
        _branch("ShrinkA", (6, 1), (7, 3), (8, 3), **SHRINK),
        _module("InceptionB", "7×7 as 1×7 and 7×1, once and twice.", 12, "SevenB", "DoubleB", "AverageB"),
        _branch("SevenB", (6, 1), (7, ROW), (8, COLUMN)),
        _branch("DoubleB", *double),
        _branch("AverageB", (4, 1), pooled=True),
        _reduction("ReductionB", "Half the size again: by 3×3, by 7×7 and 3×3, and by a pool.", "FarB", "ThreeB"),
        _branch("ThreeB", (6, 1), (6, 3), **SHRINK),
        _branch("FarB", (8, 1), (8, ROW), (10, COLUMN), (10, 3), **SHRINK),
        _inception_c(),
        _branch("AverageC", (8, 1), pooled=True),
    )


def _module(name: str, summary: str, single: int, *branches: str) -> Drawing:
    """A 1×1 to ``single`` units, and further branches, side by side."""
    graph = Drawing(name, summary, arguments=[UNIT])
    x = graph.input("x")
    wires = [conv(graph, "branch0", x, times(single))]
    for number, branch in enumerate(branches, start=1):
        wires.append(graph.add(f"branch{number}", f"graph:{branch}", x, **SHARED))
    return _joined(graph, *wires)


def _reduction(name: str, summary: str, longer: str, shorter: str = "") -> Drawing:
    """A short branch (a 3×3, unless named), a longer one and a pool, side by side."""
    graph = Drawing(name, summary, arguments=[UNIT, VALID])
    x = graph.input("x")
    said: dict[str, Value] = {**SHARED, "valid": "=valid"}
    if shorter:
        first = graph.add("branch0", f"graph:{shorter}", x, **said)
    else:
        first = conv(graph, "branch0", x, times(12), 3, **SHRINK)
    second = graph.add("branch1", f"graph:{longer}", x, **said)
    return _joined(graph, first, second, shrinking_pool(graph, "branch2", x))


def _inception_c() -> Drawing:
    graph = Drawing("InceptionC", "Branches that fork into 1×3 and 3×1: few places, many maps.", arguments=[UNIT])
    x = graph.input("x")
    one = conv(graph, "branch0", x, times(8))
    three = _forked(graph, "branch1_1", conv(graph, "branch1_0", x, times(12)))
    far = conv(graph, "branch2_0", x, times(12))
    far = conv(graph, "branch2_1", far, times(14), (3, 1))
    far = conv(graph, "branch2_2", far, times(16), (1, 3))
    average = graph.add("branch3", "graph:AverageC", x, **SHARED)
    return _joined(graph, one, three, _forked(graph, "branch2_3", far), average)


def _forked(graph: Drawing, name: str, x: Wire) -> Wire:
    both = conv(graph, f"{name}a", x, times(8), (1, 3)), conv(graph, f"{name}b", x, times(8), (3, 1))
    return graph.add(f"{name}_both", "Concatenate", *both)
