"""The VGG nets: what VGG-16 and VGG-19 share. Node names are torchvision's."""

from __future__ import annotations

from collections.abc import Sequence

from app.core.document import (
    Argument,
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
from app.core.draw import Drawing, flag, real, use, whole
from templates._classification import classifier_recipe, classifier_steps
from templates._template import document

FACTORS = (1, 2, 4, 8, 8)
"""Each stage's width in units of the first one's."""

WIDTH = whole("width", 64, low=1, help="Channels of the first stage; the last two have eight times as many.")
HIDDEN = whole("hidden", 4096, low=1, help="Units of the classifier's two hidden layers.")
CLASSES = whole("classes", 1000, low=2, help="Number of logits.")
DROPOUT = real("dropout", 0.5, low=0, high=0.9, help="Share of the classifier's hidden units silenced in training.")
BATCH_NORM = flag("batch_norm", False, help="Whether each convolution is followed by batch normalisation.")

INITIAL = (
    Initial(
        nodes=("Conv2d",),
        parameter="weight",
        method="kaiming_normal_",
        arguments={"mode": "fan_out", "nonlinearity": "relu"},
    ),
    Initial(nodes=("Conv2d", "Linear"), parameter="bias", method="zeros_"),
    Initial(nodes=("Linear",), parameter="weight", method="normal_", arguments={"std": "=0.64 / hidden ** 0.5"}),
)
"""As torchvision starts it: 0.01 at 4096 hidden units; with fewer each weight is larger, so that the signal stays."""


def vgg_document(
    docstring: str | None,
    name: str,
    layers: Sequence[int],
    *,
    configuration: str,
    quick: dict[str, Value],
    goal: Goal,
    normed: bool = False,
) -> Document:
    """VGG with ``layers`` convolutions in its five stages. ``configuration`` is the paper's letter.

    ``quick``: the small preset's values of the recipe that differ from what is said here. ``normed``: also draw the
    form with batch normalisation, under a preset of its own.
    """
    arguments = [WIDTH, HIDDEN, CLASSES, DROPOUT, *([BATCH_NORM] if normed else [])]
    return document(
        docstring,
        _vgg(arguments),
        _features(layers),
        *([_features(layers, normed=True)] if normed else []),
        _classifier(),
        *classifier_steps(name),
        arguments=[
            *arguments,
            whole("channels", 3, low=1, help="Channels of an image: 3 for colour, 1 for grey."),
            whole("size", 224, low=32, help="Height and width of an image."),
        ],
        models=[
            Model(
                name=name,
                graph="VGG",
                arguments={argument.name: f"={argument.name}" for argument in arguments},
                inputs={"image": InputType(("B", "=channels", "=size", "=size"))},
            )
        ],
        recipe=classifier_recipe(
            name,
            DataSource("ImageFolder", {"size": "=size", "channels": "=channels", "flip": True}),
            steps=370_000,
            batch_size=256,
            optimiser=Optimiser("AdamW", {"lr": 1e-3, "weight_decay": 5e-4}),
            schedule=Schedule("cosine", {"warmup": 50}),
            every=5000,
        ),
        presets=[
            Preset(
                name="paper",
                summary=f"Configuration {configuration} as published, on a folder of images of 1000 classes.",
                recipe=_PUBLISHED,
            ),
            _quick(quick, goal),
            *([_normed_preset()] if normed else []),
        ],
        layout={
            "Features": GraphLayout(frames=_frames(layers)),
            **({"NormedFeatures": GraphLayout(frames=_frames(layers, normed=True))} if normed else {}),
        },
    )


_PUBLISHED = {
    "stages.train.learn.optimiser.name": "SGD",
    "stages.train.learn.optimiser.lr": 0.01,
    "stages.train.learn.optimiser.momentum": 0.9,
    "stages.train.learn.schedule.name": "step",
    "stages.train.learn.schedule.every": 120_000,
}


def _quick(recipe: dict[str, Value], goal: Goal) -> Preset:
    return Preset(
        name="quick",
        summary="An eighth of the width on digits placed at random in a 32×32 image.",
        arguments={
            "width": 8,
            "hidden": 256,
            "classes": 10,
            "dropout": 0.0,
            "channels": 1,
            "size": 32,
        },
        data=DataSource("PlacedDigits", {"size": "=size", "channels": "=channels", "noise": 0.3}),
        recipe={
            "batch_size": 64,
            "stages.train.steps": 1500,
            "stages.train.learn.optimiser.lr": 8e-4,
            "stages.train.learn.schedule.warmup": 500,
            "evaluations.validation.every": 500,
            "previews.predictions.every": 500,
            **recipe,
        },
        goal=goal,
    )


def _normed_preset() -> Preset:
    return Preset(
        name="batch_norm",
        summary="Batch normalisation after each convolution, as torchvision also has it: it learns from any start.",
        arguments={"batch_norm": True},
        recipe=_PUBLISHED,
    )


def _vgg(arguments: Sequence[Argument]) -> Drawing:
    net = Drawing(
        "VGG",
        "Stages of 3×3 convolutions, then a classifier of three layers.",
        arguments=arguments,
        initial=INITIAL,
    )
    normed = [Case("=batch_norm", use("graph:NormedFeatures"), {"width": "=width"})] if BATCH_NORM in arguments else []
    x = net.input("image")
    x = net.add("features", "graph:Features", x, cases=normed, width="=width")
    x = net.add("avgpool", "AdaptiveAvgPool2d", x, output_size=7)
    x = net.add("flatten", "Flatten", x)
    x = net.add("classifier", "graph:Classifier", x, hidden="=hidden", classes="=classes", dropout="=dropout")
    net.output("logits", x)
    return net


def _features(layers: Sequence[int], *, normed: bool = False) -> Drawing:
    """The convolutions in five stages, numbered as in torchvision."""
    graph = Drawing(
        "NormedFeatures" if normed else "Features",
        "Five stages of normalised 3×3 convolutions, each ending in a pool."
        if normed
        else "Five stages of 3×3 convolutions, each ending in a pool.",
        arguments=[WIDTH],
        sequential=True,
    )
    x = graph.input("image")
    for factor, (*names, pool) in zip(FACTORS, _numbered(layers, normed), strict=True):
        channels = "=width" if factor == 1 else f"=width * {factor}"
        numbers = iter(names)
        for conv in numbers:
            x = graph.add(conv, "Conv2d", x, out_channels=channels, kernel_size=3, padding=1)
            if normed:
                x = graph.add(next(numbers), "BatchNorm2d", x)
            x = graph.add(next(numbers), "ReLU", x)
        x = graph.add(pool, "MaxPool2d", x, kernel_size=2, stride=2)
    graph.output("features", x)
    return graph


def _numbered(layers: Sequence[int], normed: bool) -> list[list[str]]:
    """The names of each stage's nodes: its convolutions, norms and bends, and the pool."""
    stages, first = [], 0
    for convolutions in layers:
        last = first + (3 if normed else 2) * convolutions + 1
        stages.append([str(name) for name in range(first, last)])
        first = last
    return stages


def _frames(layers: Sequence[int], *, normed: bool = False) -> tuple[Frame, ...]:
    stages = enumerate(_numbered(layers, normed), start=1)
    return tuple(Frame(title=f"Stage {number}", nodes=tuple(names)) for number, names in stages)


def _classifier() -> Drawing:
    graph = Drawing(
        "Classifier",
        "Two wide layers with dropout, and the logits.",
        arguments=[HIDDEN, CLASSES, DROPOUT],
        sequential=True,
    )
    x = graph.input("x")
    for first in (0, 3):
        x = graph.add(str(first), "Linear", x, out_features="=hidden")
        x = graph.add(str(first + 1), "ReLU", x)
        x = graph.add(str(first + 2), "Dropout", x, p="=dropout")
    graph.output("logits", graph.add("6", "Linear", x, out_features="=classes"))
    return graph
