"""LeNet-5

Paper: Gradient-Based Learning Applied to Document Recognition
Authors: Yann LeCun, Léon Bottou, Yoshua Bengio and Patrick Haffner
Year: 1998
Link: https://doi.org/10.1109/5.726791
Parameters: 61,706

A stroke is a stroke wherever it is, so one small filter is slid over the whole image instead of learning every place
anew: a convolution shares its weights. Between convolutions the maps are averaged down, so that where exactly a stroke
was matters less and less. Everything, from pixels to class, is learnt together from examples.

`c1` slides 6 filters of 5×5 over a 32×32 image; `s2` halves height and width; `c3` gives 16 maps, `s4` halves again,
and `c5` sees all of what is left: 120 maps of 1×1. `f6` and `output` are fully connected. A convolution with `K` maps
of `k×k` over `C` maps holds `K (C k² + 1)` weights, at whatever size of image.

`form` chooses between the net as it is drawn today and that of 1998. There `c3` joined each of its maps to only some of
`s2`'s (a table, to break the symmetry), the averages had a learnt weight and bias for each map, the bend was
`1.7159 tanh(2x/3)`, and the output was the squared distance to a fixed 7×12 picture of each class: 60,000 parameters.
Later nets took relu for tanh, the maximum for the average, and depth: AlexNet (2012) is this net, larger.
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
from app.core.draw import Drawing, Wire, choice, use, whole
from templates._classification import classifier_recipe, classifier_steps
from templates._template import document

NAME = "lenet5"

FORM = choice("form", "modern", "modern", "1998", help="As it is drawn today, or as it was published.")
CLASSES = whole("classes", 10, low=2, help="How many classes there are to tell apart.")


def lenet5() -> Document:
    return document(
        __doc__,
        _lenet(),
        *classifier_steps(NAME),
        arguments=[FORM, CLASSES],
        models=[
            Model(
                name=NAME,
                graph="LeNet5",
                arguments={"form": "=form", "classes": "=classes"},
                inputs={"image": InputType(("B", 1, 32, 32))},
            )
        ],
        recipe=classifier_recipe(
            NAME,
            DataSource("PlacedDigits", {"noise": 0.3}),
            steps=4000,
            batch_size=128,
            optimiser=Optimiser("AdamW", {"lr": 2e-3, "weight_decay": 0.01}),
            schedule=Schedule("cosine"),
            every=500,
        ),
        presets=[
            Preset(name="paper", summary="As it is drawn today: full connections, plain averages, cross-entropy."),
            Preset(
                name="quick",
                summary="The same net on digits placed at random in its 32×32 image.",
                goal=Goal(
                    evaluation="test",
                    metric="accuracy",
                    at_least=0.83,
                    baseline="0.78 by the nearest of 100 placings of each digit, 0.16 by logistic regression",
                ),
            ),
            Preset(
                name="1998",
                summary="As published: sparse connections, learnt averages, distances to pictures of the digits.",
                arguments={"form": "1998"},
            ),
        ],
        layout={"LeNet5": GraphLayout(frames=_FRAMES)},
    )


_FRAMES = (
    Frame(title="Convolutions", nodes=("c1", "bend1", "s2", "bend2", "c3", "bend3", "s4", "bend4", "c5", "bend5")),
    Frame(title="Classifier", nodes=("flatten", "f6", "bend6", "output", "nearest")),
)


def _lenet() -> Drawing:
    net = Drawing(
        "LeNet5",
        "Three convolutions with averages between them, and two fully connected layers.",
        arguments=[FORM, CLASSES],
    )
    x = net.input("image")
    x = _bend(net, 1, net.add("c1", "Conv2d", x, out_channels=6, kernel_size=5))
    x = _averaged(net, 2, x)
    sparse = _then("PartiallyConnectedConv2d", kernel_size=5)
    x = _bend(net, 3, net.add("c3", "Conv2d", x, out_channels=16, kernel_size=5, cases=[sparse]))
    x = _averaged(net, 4, x)
    x = _bend(net, 5, net.add("c5", "Conv2d", x, out_channels=120, kernel_size=5))
    x = net.add("flatten", "Flatten", x)
    x = _bend(net, 6, net.add("f6", "Linear", x, out_features=84))
    distances = _then("RadialBasisOutput", classes="=classes")
    x = net.add("output", "Linear", x, out_features="=classes", cases=[distances])
    net.output("logits", net.add("nearest", "Negate", x, enabled=OLD), "The nearer to a class's picture, the higher")
    return net


OLD = "=form == '1998'"


def _then(block: str, **arguments: Value) -> Case:
    """What stood there in 1998."""
    return Case(OLD, use(block), arguments)


def _bend(net: Drawing, layer: int, x: Wire) -> Wire:
    return net.add(f"bend{layer}", "Tanh", x, cases=[_then("ScaledTanh")])


def _averaged(net: Drawing, layer: int, x: Wire) -> Wire:
    """Averages; in 1998 sums with a learnt weight and bias, which were bent as well."""
    x = net.add(f"s{layer}", "AvgPool2d", x, kernel_size=2, cases=[_then("Subsampling", kernel_size=2)])
    return net.add(f"bend{layer}", "ScaledTanh", x, enabled=OLD)
