"""SimCLR

Paper: A Simple Framework for Contrastive Learning of Visual Representations
Authors: Ting Chen, Simon Kornblith, Mohammad Norouzi and Geoffrey Hinton
Year: 2020
Link: https://arxiv.org/abs/2002.05709
Parameters: 27,966,656

Learn what an image shows without a label: change it twice at random, and ask of each view to find its twin among all
other views of the batch. To tell so many images apart the net must see what they show, and since both views were
changed in their own way, that must be what no change touches: neither the place nor the colours, but the thing.

`TrainStep` takes `z`, the projections of `B` images' two views, and minimises over all `2B` the cross-entropy
`-log(e^(cos(z, twin) / temperature) / Σ e^(cos(z, other) / temperature))`, the sum over all but `z` itself. The other
images of the batch are the wrong answers, so large batches help; a low `temperature` makes the nearest of them count
most. A head of two layers, `fc`, makes `z` of what the encoder sees, and is thrown away later: what is used is the
encoder's `representation`, which knows more, since the head may forget whatever the changes spoil. Without the other
images every view could have the same projection, and soon would.

Node names are those of a public implementation (sthalles/SimCLR) of 128 numbers a projection; `resnet18` is its
smaller form. The paper trains batches of 4096 with the LARS optimiser, which scales each layer's step by its weights;
with 256 images plain Adam does, as there. MoCo (2020) keeps wrong answers in a queue instead of the batch, BYOL (2020)
needs none, CLIP (2021) takes an image and its caption for the two views.
"""

from __future__ import annotations

from typing import Any

from app.core.document import (
    Case,
    Document,
    Evaluation,
    Goal,
    Model,
    Optimiser,
    Phase,
    Preset,
    Preview,
    Recipe,
    Schedule,
    Stage,
)
from app.core.draw import Drawing, choice, real, use, whole
from templates._template import document
from templates.cnn_classification._resnet import INITIAL, downsample, trunk
from templates.self_supervised._views import (
    BRANCH,
    CHANNELS,
    IMAGE,
    LAYERS,
    SIZE,
    VIEWS,
    WIDTH,
    digit_views,
    faint_basic_block,
    faint_bottleneck,
    probe,
    two_views,
    views,
)

NAME = "simclr"

BLOCK = choice("block", "bottleneck", "bottleneck", "basic", help="Residual block: three convolutions, or two.")
PROJECTION = whole("projection", 128, low=1, help="Size of the vectors that are compared.")
TEMPERATURE = real("temperature", 0.5, low=0.001, help="The lower, the more the nearest other views count.")
_ENCODER = (LAYERS, WIDTH, BRANCH, PROJECTION)
_OWN = (BLOCK, *_ENCODER)


def simclr() -> Document:
    return document(
        __doc__,
        _simclr(),
        _encoder("ResNet", "Bottleneck"),
        _encoder("BasicResNet", "BasicBlock"),
        faint_bottleneck(),
        faint_basic_block(),
        downsample(),
        _head(),
        _train_step(),
        probe(NAME),
        views(),
        _likeness(),
        arguments=[*_OWN, TEMPERATURE, CHANNELS, SIZE],
        models=[
            Model(
                name=NAME,
                graph="SimCLR",
                arguments={argument.name: f"={argument.name}" for argument in _OWN},
                inputs=IMAGE,
            )
        ],
        recipe=_recipe(),
        presets=_presets(),
    )


def _recipe() -> Recipe:
    learn = Phase(
        name="learn",
        step="TrainStep",
        models=(NAME,),
        arguments={"temperature": "=temperature"},
        optimiser=Optimiser("Adam", {"lr": 3e-4, "weight_decay": 1e-4}),
        schedule=Schedule("cosine", {"warmup": 3000, "final": 0.0}),
    )
    return Recipe(
        data=two_views(),
        stages=(Stage(name="train", steps=500_000, phases=(learn,)),),
        evaluations=(
            Evaluation(name="validation", graph="Probe", split="validation", every=5000),
            Evaluation(name="test", graph="Probe", split="test"),
        ),
        previews=(VIEWS, Preview(name="likeness", graph="Likeness", show="matrix", every=5000)),
        batch_size=256,
    )


def _presets() -> list[Preset]:
    return [
        Preset(name="paper", summary="ResNet-50 and images of 224×224."),
        Preset(
            name="quick",
            summary="Narrow stages, and two views of each bundled digit.",
            arguments={
                "layers": (2, 2, 2, 2),
                "width": 8,
                "branch": 0.2,
                "projection": 64,
                "temperature": 0.2,
                "channels": 1,
                "size": 32,
            },
            data=digit_views(),
            recipe={
                "batch_size": 128,
                "stages.train.steps": 500,
                "stages.train.learn.schedule.warmup": 25,
                "stages.train.learn.optimiser.lr": 2e-3,
                "evaluations.validation.every": 100,
                "previews.views.every": 250,
                "previews.likeness.every": 250,
            },
            goal=Goal(
                evaluation="test",
                metric="accuracy",
                at_least=0.45,
                baseline="0.25 by a probe on the pixels and 0.27 by their nearest neighbour, 0.22 by a probe on "
                "another untrained convolutional net, 0.16 by one on this net untrained",
                ruin="0.12 with no other images to be told from",
            ),
        ),
        Preset(
            name="resnet18",
            summary="The smaller encoder, of blocks with two convolutions.",
            arguments={"block": "basic", "layers": (2, 2, 2, 2)},
        ),
    ]


def _simclr() -> Drawing:
    """Named as in sthalles/SimCLR: the head stands where the classifier of ``backbone`` stood."""
    graph = Drawing("SimCLR", "What the net sees in an image, and the vector that is compared.", arguments=_OWN)
    given: dict[str, Any] = {argument.name: f"={argument.name}" for argument in _ENCODER}
    basic = Case("=block == 'basic'", use("graph:BasicResNet"), given)
    seen = graph.add("backbone", "graph:ResNet", graph.input("image"), cases=[basic], **given)
    graph.output("projection", seen)
    graph.output("representation", seen["representation"], "What is used afterwards")
    return graph


def _encoder(name: str, block: str) -> Drawing:
    net = Drawing(name, "ResNet with a head of two layers.", arguments=_ENCODER, initial=INITIAL)
    x = trunk(net, net.input("image"), block, branch="=branch")
    x = net.add("flatten", "Flatten", x)
    net.output("projection", net.add("fc", "graph:ProjectionHead", x, projection="=projection"))
    net.output("representation", x)
    return net


def _head() -> Drawing:
    graph = Drawing(
        "ProjectionHead", "One hidden layer, as wide as what enters.", arguments=[PROJECTION], sequential=True
    )
    x = graph.input("x")
    x = graph.add("0", "Linear", x, out_features="=x.features")
    x = graph.add("1", "ReLU", x)
    graph.output("output", graph.add("2", "Linear", x, out_features="=projection"))
    return graph


def _train_step() -> Drawing:
    step = Drawing(
        "TrainStep",
        "Each view must find its twin among all other views of the batch.",
        arguments=[TEMPERATURE],
    )
    both = [step.add(f"projection_{name}", f"model:{NAME}", step.input(f"view_{name}")) for name in ("a", "b")]
    step.output("loss", step.add("twins", "NTXentLoss", *both, temperature="=temperature"))
    return step


def _likeness() -> Drawing:
    step = Drawing(
        "Likeness", "How alike the views are: a row for each, a column for each twin, twins on the diagonal."
    )
    both = [step.add(f"projection_{name}", f"model:{NAME}", step.input(f"view_{name}")) for name in ("a", "b")]
    step.output("likeness", step.add("alike", "SimilarityMatrix", *both))
    return step
