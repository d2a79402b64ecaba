"""Pretext task: rotation

Paper: Unsupervised Representation Learning by Predicting Image Rotations
Authors: Spyros Gidaris, Praveer Singh and Nikos Komodakis
Year: 2018
Link: https://arxiv.org/abs/1803.07728
Parameters: 1,411,140

Make up a task whose answers cost nothing, such that whoever solves it must have understood the images. Here each image
is turned by 0, 90, 180 or 270 degrees, and the net says by how much. To know which way up a thing belongs one must know
what thing it is; no person had to say so. What the first half of the net has found is then used for other tasks.

`TrainStep` turns each image into all four directions, so that a batch of `B` images becomes `4B`, and minimises the
cross-entropy of the four-way answer. `RotNet` is a net of `blocks` blocks, each a wide convolution and two of 1×1,
which mix what is found at one place (Network in Network); the first two end in pooling. The features that are used are
those of the second block: the deeper ones know ever more of turns and ever less of what is turned. Turning leaves no
trace, since pixels only change places; cutting, shifting or stretching would, and nets find the traces instead.

Node counts are those of the authors' net for images of 32×32 with four blocks; they tried three and five, too. Before
it came the order of shuffled tiles and the colours of grey images as tasks, after it SimCLR and BYOL, whose task is to
know an image again, and masked autoencoders, whose task is to fill in what is missing.
"""

from __future__ import annotations

from typing import Any

from app.core.document import (
    Document,
    Evaluation,
    Frame,
    Goal,
    GraphLayout,
    Initial,
    Model,
    Optimiser,
    Phase,
    Preset,
    Preview,
    Recipe,
    Repeat,
    Schedule,
    Stage,
)
from app.core.draw import Drawing, Wire, whole
from templates._template import document
from templates.self_supervised._views import IMAGE, digit_views, probe, two_views

NAME = "pretext_ssl"

BLOCKS = whole("blocks", 4, low=3, help="Blocks of three convolutions each.")
WIDTH = whole("width", 32, low=1, help="A sixth of the channels of most convolutions.")
DIRECTIONS = 4


def pretext_ssl() -> Document:
    arguments = {argument.name: f"={argument.name}" for argument in (BLOCKS, WIDTH)}
    return document(
        __doc__,
        _net(),
        _block(),
        _convolution(),
        _train_step(),
        _rotations(),
        probe(NAME),
        _turned(),
        arguments=[
            BLOCKS,
            WIDTH,
            whole("channels", 3, low=1, help="Channels of an image: 3 for colour, 1 for grey."),
            whole("size", 32, low=8, help="Height and width of an image."),
        ],
        models=[Model(name=NAME, graph="RotNet", arguments=arguments, inputs=IMAGE)],
        recipe=_recipe(),
        presets=_presets(),
        layout={"TrainStep": GraphLayout(frames=_FRAMES)},
    )


def _recipe() -> Recipe:
    learn = Phase(
        name="learn",
        step="TrainStep",
        models=(NAME,),
        feeds={"image": "view_a"},
        optimiser=Optimiser("SGD", {"lr": 0.1, "momentum": 0.9, "weight_decay": 5e-4, "nesterov": True}),
        schedule=Schedule("cosine"),
    )
    looks = {"validation": 5000, "test": None}
    return Recipe(
        data=two_views(),
        stages=(Stage(name="train", steps=40_000, phases=(learn,)),),
        evaluations=(
            *(Evaluation(name=split, graph="Probe", split=split, every=every) for split, every in looks.items()),
            Evaluation(name="rotations", graph="Rotations", split="test", feeds={"image": "view_a"}),
        ),
        previews=(Preview(name="turned", graph="Turned", show="images", every=5000, feeds={"image": "view_a"}),),
        batch_size=128,
    )


def _presets() -> list[Preset]:
    return [
        Preset(name="paper", summary="Four blocks, for colour images of 32×32."),
        Preset(name="three", summary="Three blocks.", arguments={"blocks": 3}),
        Preset(name="five", summary="Five blocks.", arguments={"blocks": 5}),
        Preset(
            name="quick",
            summary="Narrow blocks, and the bundled digits, each changed before it is turned.",
            arguments={"width": 6, "channels": 1, "size": 16},
            data=digit_views(),
            recipe={
                "batch_size": 32,
                "stages.train.steps": 800,
                "evaluations.validation.every": 200,
                "previews.turned.every": 400,
            },
            goal=Goal(
                evaluation="test",
                metric="accuracy",
                at_least=0.35,
                baseline="0.29 by a probe on this net untrained, 0.28 by one on another, 0.27 by the nearest "
                "neighbour, 0.26 by a probe on the pixels",
                ruin="0.30 with images that are not turned, but said to be",
            ),
        ),
    ]


def _net() -> Drawing:
    net = Drawing(
        "RotNet",
        "Blocks that look and mix; the turn is told from the last, other things from the second.",
        arguments=[BLOCKS, WIDTH],
        initial=_INITIAL,
    )
    x = net.input("image")
    x = net.add("block1", "graph:Block", x, kernel_size=5, first="=width * 6", second="=width * 5", third="=width * 3")
    x = net.add("max_pool", "MaxPool2d", x, kernel_size=3, stride=2, padding=1)
    wide: dict[str, Any] = {"first": "=width * 6", "second": "=width * 6", "third": "=width * 6"}
    x = net.add("block2", "graph:Block", x, kernel_size=5, **wide)
    seen = net.add("parts", "AdaptiveAvgPool2d", x, output_size=4)
    x = net.add("avg_pool", "AvgPool2d", x, kernel_size=3, stride=2, padding=1)
    x = net.add("block", "graph:Block", x, repeat=Repeat("=blocks - 2", "{name}{i + 3}"), kernel_size=3, **wide)
    x = net.add("average", "AdaptiveAvgPool2d", x, output_size=1)
    x = net.add("classifier", "Linear", net.add("flatten", "Flatten", x), out_features=DIRECTIONS)
    net.output("logits", x, "Of the four directions")
    net.output("representation", net.add("features", "Flatten", seen), "What the second block finds, in 4×4 parts")
    return net


_INITIAL = (
    Initial(
        nodes=("Conv2d",),
        parameter="weight",
        method="kaiming_normal_",
        arguments={"mode": "fan_out", "nonlinearity": "relu"},
    ),
    Initial(nodes=("Linear",), parameter="bias", method="zeros_"),
)


def _block() -> Drawing:
    widths = [
        whole(name, 192, low=1, help=f"Channels of the {name} convolution.") for name in ("first", "second", "third")
    ]
    block = Drawing(
        "Block",
        "Looks around, then mixes what it has found at each place, twice.",
        arguments=[whole("kernel_size", 3, low=1, help="How far it looks around."), *widths],
    )
    x = block.input("x")
    x = block.add("conv1", "graph:Convolution", x, channels="=first", kernel_size="=kernel_size")
    x = block.add("conv2", "graph:Convolution", x, channels="=second", kernel_size=1)
    block.output("output", block.add("conv3", "graph:Convolution", x, channels="=third", kernel_size=1))
    return block


def _convolution() -> Drawing:
    graph = Drawing(
        "Convolution",
        "A convolution, normalised, and a bend.",
        arguments=[whole("channels", 192, low=1), whole("kernel_size", 3, low=1)],
    )
    x = graph.add(
        "conv", "Conv2d", graph.input("x"), out_channels="=channels", kernel_size="=kernel_size",
        padding="=kernel_size // 2", bias=False,
    )  # fmt: skip
    graph.output("output", graph.add("relu", "ReLU", graph.add("bn", "BatchNorm2d", x)))
    return graph


def _turns(step: Drawing) -> Wire:
    """Each image in all four directions: B×4×channels×height×width."""
    image = step.input("image")
    turned = [step.add(f"turn_{k}", "Rotate90", image, k=k) for k in range(1, DIRECTIONS)]
    return step.add("directions", "Stack", image, *turned, dim=1)


_FRAMES = (Frame(title="Answers for nothing", nodes=("turn_1", "turn_2", "turn_3", "directions", "which", "turns")),)


def _judged(step: Drawing) -> tuple[Wire, Wire]:
    """What the net says of each direction of each image, and which it is."""
    directions = _turns(step)
    which = step.add("which", "Arange", directions, dim=1)
    which = step.add("turns", "Expand", which, directions, new=True)
    images = step.add("images", "Flatten", directions, start_dim=0, end_dim=1)
    logits = step.add(NAME, f"model:{NAME}", images)["logits"]
    return logits, step.add("answers", "Flatten", which, start_dim=0)


def _train_step() -> Drawing:
    step = Drawing("TrainStep", "Each image in four directions, and which of them is which.")
    logits, which = _judged(step)
    step.output("loss", step.add("cross_entropy", "CrossEntropyLoss", logits, which))
    step.output("accuracy", step.add("accuracy", "Accuracy", logits, which))
    return step


def _rotations() -> Drawing:
    step = Drawing("Rotations", "How often a turn is told, over a whole split.")
    logits, which = _judged(step)
    step.output("accuracy", step.add("accuracy", "Accuracy", logits, which))
    return step


def _turned() -> Drawing:
    step = Drawing("Turned", "Images, turned, and turned back as the net says: where it wavers, several at once.")
    turned = step.add("turn", "Rotate90", step.input("image"), k=1)
    believed = step.add("believed", "Softmax", step.add(NAME, f"model:{NAME}", turned)["logits"], dim=1)
    back = [step.add(f"back_{k}", "Rotate90", turned, k=-k) for k in range(1, DIRECTIONS)]
    backs = step.add("backs", "Stack", turned, *back, dim=1)
    step.output("turned", turned)
    step.output("righted", step.add("righted", "Einsum", believed, backs, equation="bk,bkchw->bchw"))
    return step
