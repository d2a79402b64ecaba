"""Capsule network

Paper: Dynamic Routing Between Capsules
Authors: Sara Sabour, Nicholas Frosst and Geoffrey E. Hinton
Year: 2017
Link: https://arxiv.org/abs/1710.09829
Parameters: 8,215,568

A unit says how much of something there is; a capsule, a small vector, says also what it is like. Its length is the
chance that its thing is in the image, its direction holds the thing's pose: place, slant, thickness. Each capsule
below predicts, by a matrix of its own, the pose of each capsule above, and sends its vote to the one on which many
agree. So parts find their whole, where pooling would forget how they lie to each other.

`squash` brings a vector's length between 0 and 1. `PrimaryCapsules` are a convolution's maps read as `primary` kinds
of capsules of `primary_features` numbers at each place. `ClassCapsules` give one capsule for each of the `classes`:
`votes[i, o] = W[i, o] x[i]`, and for `rounds` times `v[o] = squash(Σ c[i, o] votes[i, o])` with `c = softmax(b)` and
`b ← b + votes · v`, which begins with all votes alike. The margin loss wants the right capsule longer than 0.9 and the
others shorter than 0.1. `TrainStep` also lets the decoder draw the image from the right capsule alone, all others set
to zero, and adds 0.0005 of the squared difference: that is what makes a capsule hold the pose.

Of the 8,215,568 parameters 6,804,224 classify and the rest draw, as in the public implementation (gram-ai). The paper
told overlapping digits apart, since each pixel's evidence must belong to one of them. Routing by expectation and
maximisation followed (2018); the costs of votes, one for every pair of capsules, kept the idea from large images, and
attention, which sends values by agreement in the other direction, took its place.
"""

from __future__ import annotations

from app.core.document import (
    Argument,
    DataSource,
    Document,
    Evaluation,
    Frame,
    Goal,
    GraphLayout,
    Initial,
    InputType,
    Model,
    Optimiser,
    Phase,
    Preset,
    Preview,
    Recipe,
    Schedule,
    Stage,
)
from app.core.draw import Drawing, Wire, real, whole
from templates._template import document

NAME = "capsnet"

MAPS = whole("maps", 256, low=1, help="Maps of the first convolution.")
PRIMARY = whole("primary", 32, low=1, help="Kinds of primary capsules.")
PRIMARY_FEATURES = whole("primary_features", 8, low=1, help="Numbers of a primary capsule.")
CLASSES = whole("classes", 10, low=2, help="How many classes there are to tell apart.")
FEATURES = whole("features", 16, low=1, help="Numbers of a class's capsule.")
ROUNDS = whole("rounds", 3, low=1, help="How often votes are counted again.")
SPREAD = real("spread", 0.01, low=0, help="Deviation of the matrices' first numbers.")
GRID = whole("grid", 6, low=1, help="Places of primary capsules along a side of the image.")
SIZE = whole("size", 28, low=17, help="Height and width of an image.")
DRAWING = (
    whole("first", 512, low=1, help="Units of the decoder's first hidden layer."),
    whole("second", 1024, low=1, help="Units of the decoder's second hidden layer."),
)


def capsnet() -> Document:
    of_net = (MAPS, PRIMARY, PRIMARY_FEATURES, CLASSES, FEATURES, ROUNDS, SPREAD)
    return document(
        __doc__,
        _net((*of_net, GRID)),
        _primary(),
        _class_capsules(),
        _decoder(),
        *_steps(),
        arguments=[SIZE, *of_net, *DRAWING],
        models=[
            Model(
                name=NAME,
                graph="CapsNet",
                arguments={argument.name: f"={argument.name}" for argument in of_net} | {"grid": "=(size - 15) // 2"},
                inputs={"image": InputType(("B", 1, "=size", "=size"))},
            ),
            Model(
                name="decoder",
                graph="Decoder",
                arguments={"pixels": "=size * size", "first": "=first", "second": "=second"},
                inputs={"capsules": InputType(("B", "=classes * features"))},
            ),
        ],
        recipe=_recipe(),
        presets=[
            Preset(name="paper", summary="256 maps, 32 kinds of primary capsules, ten of 16 numbers; 3 rounds."),
            Preset(
                name="quick",
                summary="Fewer maps and kinds, on digits that lie anywhere, under noise.",
                arguments={
                    "size": 20,
                    "maps": 32,
                    "primary": 16,
                    "spread": 0.1,
                    "first": 128,
                    "second": 256,
                },
                data=DataSource("PlacedDigits", {"size": "=size", "digit_size": 12, "noise": 0.3}),
                recipe={"stages.train.steps": 2600, "stages.train.learn.optimiser.lr": 3e-3, "batch_size": 32},
                goal=Goal(
                    evaluation="test",
                    metric="accuracy",
                    at_least=0.82,
                    baseline="0.74 by the nearest of 100 placings of each digit, 0.18 by logistic regression",
                    ruin="0.10 with capsules of one number",
                ),
            ),
        ],
        layout={
            "TrainStep": GraphLayout(
                frames=(
                    Frame(title="All but the right capsule off", nodes=("chosen", "column", "others_off")),
                    Frame(title="Draw the image", nodes=("flatten", "decoder", "drawn")),
                )
            )
        },
    )


def _recipe() -> Recipe:
    given = {"classes": "=classes"}
    learn = Phase(
        name="learn",
        step="TrainStep",
        models=(NAME, "decoder"),
        arguments=given,
        optimiser=Optimiser("Adam", {"lr": 1e-3}),
        schedule=Schedule("cosine"),
    )
    return Recipe(
        data=DataSource("Digits", {"size": "=size"}),
        stages=(Stage(name="train", steps=10_000, phases=(learn,)),),
        evaluations=(
            Evaluation(name="validation", graph="Evaluate", split="validation", every=250, arguments=given),
            Evaluation(name="test", graph="Evaluate", split="test", arguments=given),
        ),
        previews=(
            Preview(
                name="rebuilt", graph="Rebuild", show="images", count=16, every=250, arguments=given | {"size": "=size"}
            ),
        ),
        batch_size=128,
    )


def _net(arguments: tuple[Argument, ...]) -> Drawing:
    net = Drawing(
        "CapsNet",
        "Patterns, small capsules of them, and a capsule for each class.",
        arguments=arguments,
        initial=[
            Initial(
                nodes=("class_capsules.transform",),
                parameter="weight",
                method="normal_",
                arguments={"std": "=spread"},
            )
        ],
    )
    x = net.add("conv1", "Conv2d", net.input("image"), out_channels="=maps", kernel_size=9)
    x = net.add("relu", "ReLU", x)
    x = net.add(
        "primary_capsules", "graph:PrimaryCapsules", x, primary="=primary", features="=primary_features", grid="=grid"
    )
    capsules = net.add(
        "class_capsules", "graph:ClassCapsules", x, classes="=classes", features="=features", rounds="=rounds"
    )
    net.output("capsules", capsules, "One for each class")
    return net


def _primary() -> Drawing:
    graph = Drawing(
        "PrimaryCapsules",
        "Maps of a convolution, read as vectors at each place.",
        arguments=[PRIMARY, whole("features", 8, low=1, help="Numbers of a capsule."), GRID],
    )
    x = graph.input("x")
    x = graph.add("conv", "Conv2d", x, out_channels="=primary * features", kernel_size=9, stride=2)
    kinds = graph.add("kinds", "Reshape", x, shape="=(features, primary * grid * grid)")
    x = graph.add("capsules", "Transpose", kinds, dim0=1, dim1=2)
    graph.output("capsules", graph.add("squash", "Squash", x))
    return graph


def _class_capsules() -> Drawing:
    graph = Drawing(
        "ClassCapsules", "Votes of all capsules below, and what they agree on.", arguments=[CLASSES, FEATURES, ROUNDS]
    )
    votes = graph.add(
        "transform", "CapsuleTransform", graph.input("capsules"), out_capsules="=classes", out_features="=features"
    )
    graph.output("capsules", graph.add("routing", "RoutingByAgreement", votes, iterations="=rounds"))
    return graph


def _decoder() -> Drawing:
    pixels = whole("pixels", 784, low=1, help="Pixels of the image.")
    graph = Drawing("Decoder", "Draws the image of one capsule.", arguments=[pixels, *DRAWING], sequential=True)
    x = graph.input("capsules")
    layers = (("0", "=first", "ReLU"), ("2", "=second", "ReLU"), ("4", "=pixels", "Sigmoid"))
    for name, width, bend in layers:
        x = graph.add(name, "Linear", x, out_features=width)
        x = graph.add(str(int(name) + 1), bend, x)
    graph.output("image", x)
    return graph


def _seen(step: Drawing, image: Wire) -> tuple[Wire, Wire]:
    """The classes' capsules and their lengths."""
    capsules = step.add(NAME, f"model:{NAME}", image)
    return capsules, step.add("lengths", "Norm", capsules, dim=(2,))


def _drawn(step: Drawing, capsules: Wire, label: Wire) -> Wire:
    """What the decoder makes of the capsule of one class, all others being set to zero."""
    chosen = step.add("column", "Unsqueeze", step.add("chosen", "OneHot", label, num_classes="=classes"), dim=2)
    kept = step.add("others_off", "Multiply", capsules, chosen)
    return step.add("decoder", "model:decoder", step.add("flatten", "Flatten", kept))


def _steps() -> tuple[Drawing, ...]:
    train = Drawing(
        "TrainStep",
        "Long for the right class and short for others; and its capsule must draw the image.",
        arguments=[CLASSES],
    )
    image, label = train.input("image"), train.input("label")
    capsules, lengths = _seen(train, image)
    margin = train.add("margin", "MarginLoss", lengths, label)
    pixels = train.add("pixels", "Flatten", image)
    drawn = train.add("drawn", "MSELoss", _drawn(train, capsules, label), pixels, reduction="batchmean")
    train.output("loss", train.add("loss", "WeightedSum", margin, drawn, factors=(1.0, 0.0005)))
    train.output("margin", margin)
    train.output("drawn", drawn)
    train.output("accuracy", train.add("accuracy", "Accuracy", lengths, label))

    evaluate = Drawing(
        "Evaluate", "Accuracy, and how well the longest capsule alone draws the image.", arguments=[CLASSES]
    )
    image, label = evaluate.input("image"), evaluate.input("label")
    capsules, lengths = _seen(evaluate, image)
    drawn = _drawn(evaluate, capsules, evaluate.add("longest", "ArgMax", lengths, dim=1))
    evaluate.output("accuracy", evaluate.add("accuracy", "Accuracy", lengths, label))
    pixels = evaluate.add("pixels", "Flatten", image)
    evaluate.output("error", evaluate.add("error", "MeanSquaredError", drawn, pixels))

    look = Drawing(
        "Rebuild", "Images, and what the longest capsule of each says that they are.", arguments=[CLASSES, SIZE]
    )
    image = look.input("image")
    capsules, lengths = _seen(look, image)
    longest = look.add("longest", "ArgMax", lengths, dim=1)
    drawn = _drawn(look, capsules, longest)
    look.output("image", image)
    look.output("drawn", look.add("as_image", "Reshape", drawn, shape="=(1, size, size)"))
    look.output("label", longest)
    return train, evaluate, look
