"""BYOL

Paper: Bootstrap Your Own Latent: A New Approach to Self-Supervised Learning
Authors: Jean-Bastien Grill, Florian Strub, Florent Altché, Corentin Tallec, Pierre H. Richemond and others
Year: 2020
Link: https://arxiv.org/abs/2006.07733
Parameters: 54,395,264

Learn what an image shows without a label: two changed views of one image should mean the same. One net, online, sees
one view and predicts what another, the target, makes of the other view; the target is a slow average of the online net
itself. Nothing pushes different images apart, and yet they do not all collapse to one point: the predictor stands on
one side only, and no gradient reaches the target.

`TrainStep` minimises `2 - 2 cos(predictor(online(view_a)), target(view_b))`, and the same with the views swapped. After
each step `target <- decay * target + (1 - decay) * online`. `online` is an encoder (ResNet-50 without its classifier)
and a projector; what is used later is the encoder's `representation`, not the projection. Take away the predictor or
the detached target, and all images soon have the same projection.

The 54,395,264 parameters are those of a public implementation (lucidrains/byol-pytorch), target included. Its projector
first turns the representation into 32 soft choices among 8 (`simplices`, simplicial embeddings, 2023), which also keeps
it small. The paper's own projector, 2048-4096-256, is the preset `2020`: 68,025,216. SimSiam (2020) showed that it goes
without the average, DINO (2021) took the idea to transformers.
"""

from __future__ import annotations

from app.core.document import (
    Document,
    Evaluation,
    Goal,
    InputType,
    Model,
    Optimiser,
    Phase,
    Preset,
    Recipe,
    Schedule,
    Stage,
)
from app.core.draw import Drawing, Wire, real, whole
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
    faint_bottleneck,
    probe,
    two_views,
    views,
)

HIDDEN = whole("hidden", 4096, low=1, help="Hidden units of projector and predictor.")
PROJECTION = whole("projection", 256, low=1, help="Size of the vectors that are compared.")
SIMPLICES = whole("simplices", 32, low=0, help="Soft choices that the representation is turned into; 0 for none.")
OPTIONS = whole("options", 8, low=2, help="Options of each soft choice.")
TEMPERATURE = real("temperature", 0.1, low=0.001, help="The lower, the harder the choices.")
DECAY = real("decay", 0.99, low=0, high=1, help="Share of the target that stays at each step.")


def byol() -> Document:
    return document(
        __doc__,
        _online(),
        _encoder(),
        faint_bottleneck(),
        downsample(),
        _projector(),
        _embedder(),
        _choices(),
        _mlp(),
        _predictor(),
        _train_step(),
        probe("online"),
        views(),
        arguments=[
            LAYERS,
            WIDTH,
            BRANCH,
            HIDDEN,
            PROJECTION,
            SIMPLICES,
            OPTIONS,
            TEMPERATURE,
            DECAY,
            CHANNELS,
            SIZE,
        ],
        models=[
            Model(name="online", graph="Online", arguments=_ONLINE, inputs=IMAGE),
            Model(
                name="predictor",
                graph="Predictor",
                arguments={"hidden": "=hidden", "projection": "=projection"},
                inputs={"x": InputType(("B", "=projection"))},
            ),
            Model(name="target", graph="Online", arguments=_ONLINE, inputs=IMAGE, average_of="online", decay="=decay"),
        ],
        recipe=Recipe(
            data=two_views(),
            stages=(
                Stage(
                    name="train",
                    steps=310_000,
                    phases=(
                        Phase(
                            name="learn",
                            step="TrainStep",
                            models=("online", "predictor"),
                            optimiser=Optimiser("AdamW", {"lr": 1e-3, "weight_decay": 1.5e-6}),
                            schedule=Schedule("cosine", {"warmup": 3000, "final": 0.0}),
                        ),
                    ),
                ),
            ),
            evaluations=(
                Evaluation(name="validation", graph="Probe", split="validation", every=5000),
                Evaluation(name="test", graph="Probe", split="test"),
            ),
            previews=(VIEWS,),
            batch_size=256,
        ),
        presets=[
            Preset(
                name="paper",
                summary="ResNet-50 and images of 224×224.",
                recipe={
                    "stages.train.learn.optimiser.name": "SGD",
                    "stages.train.learn.optimiser.lr": 0.2,
                    "stages.train.learn.optimiser.momentum": 0.9,
                },
            ),
            Preset(
                name="quick",
                summary="Narrow stages, and two views of each bundled digit.",
                arguments={
                    "layers": (2, 2, 2, 2),
                    "width": 8,
                    "branch": 0.2,
                    "hidden": 256,
                    "projection": 64,
                    "temperature": 1.0,
                    "decay": 0.97,
                    "channels": 1,
                    "size": 32,
                },
                data=digit_views(),
                recipe={
                    "batch_size": 128,
                    "stages.train.steps": 1200,
                    "stages.train.learn.schedule.warmup": 50,
                    "stages.train.learn.optimiser.name": "SGD",
                    "stages.train.learn.optimiser.lr": 0.1,
                    "stages.train.learn.optimiser.momentum": 0.9,
                    "evaluations.validation.every": 100,
                    "previews.views.every": 600,
                },
                goal=Goal(
                    evaluation="test",
                    metric="accuracy",
                    at_least=0.35,
                    baseline="0.25 by a probe on the pixels and 0.27 by their nearest neighbour, 0.22 by a probe on "
                    "another untrained convolutional net, 0.16 by one on this net untrained",
                    ruin="0.13 with neither predictor nor average",
                ),
            ),
            Preset(
                name="2020",
                summary="The paper's own projector, without simplicial embeddings.",
                arguments={"simplices": 0},
            ),
        ],
    )


_ONLINE_ARGUMENTS = (LAYERS, WIDTH, BRANCH, HIDDEN, PROJECTION, SIMPLICES, OPTIONS, TEMPERATURE)
_ONLINE = {argument.name: f"={argument.name}" for argument in _ONLINE_ARGUMENTS}


def _online() -> Drawing:
    """Named as in lucidrains/byol-pytorch: ``net``, ``projector``."""
    graph = Drawing("Online", "Encoder and projector.", arguments=_ONLINE_ARGUMENTS)
    x = graph.add("net", "graph:ResNet", graph.input("image"), layers="=layers", width="=width", branch="=branch")
    graph.output(
        "projection",
        graph.add(
            "projector", "graph:Projector", x, hidden="=hidden", projection="=projection", simplices="=simplices",
            options="=options", temperature="=temperature",
        ),
    )  # fmt: skip
    graph.output("representation", x, "What the encoder sees in the image")
    return graph


def _encoder() -> Drawing:
    net = Drawing("ResNet", "ResNet without its classifier.", arguments=[LAYERS, WIDTH, BRANCH], initial=INITIAL)
    x = trunk(net, net.input("image"), "Bottleneck", branch="=branch")
    net.output("representation", net.add("flatten", "Flatten", x))
    return net


def _projector() -> Drawing:
    graph = Drawing(
        "Projector",
        "Soft choices, and the vector that is compared.",
        arguments=[HIDDEN, PROJECTION, SIMPLICES, OPTIONS, TEMPERATURE],
        sequential=True,
    )
    x = graph.input("representation")
    enabled = "=simplices > 0"
    x = graph.add("0", "graph:Embedder", x, features="=simplices * options", enabled=enabled)
    x = graph.add(
        "1", "graph:SoftChoices", x, simplices="=simplices", options="=options", temperature="=temperature",
        enabled=enabled,
    )  # fmt: skip
    graph.output("projection", graph.add("2", "graph:MLP", x, hidden="=hidden", features="=projection"))
    return graph


def _embedder() -> Drawing:
    graph = Drawing(
        "Embedder", "As many numbers as there are options.", arguments=[whole("features", 256, low=1)], sequential=True
    )
    x = graph.add("0", "Linear", graph.input("x"), out_features="=features")
    graph.output("output", graph.add("1", "BatchNorm1d", x))
    return graph


def _choices() -> Drawing:
    graph = Drawing(
        "SoftChoices",
        "Groups of numbers, each turned into shares of a whole.",
        arguments=[SIMPLICES, OPTIONS, TEMPERATURE],
    )
    x = graph.add("groups", "Unflatten", graph.input("x"), dim=-1, unflattened_size="=(simplices, options)")
    x = graph.add("sharpen", "Scale", x, scale="=1 / temperature")
    x = graph.add("shares", "Softmax", x, dim=-1)
    graph.output("output", graph.add("flatten", "Flatten", x))
    return graph


def _mlp() -> Drawing:
    graph = Drawing(
        "MLP",
        "One hidden layer, normalised.",
        arguments=[HIDDEN, whole("features", 256, low=1, help="Size of what comes out.")],
        sequential=True,
    )
    x = graph.add("0", "Linear", graph.input("x"), out_features="=hidden")
    x = graph.add("1", "BatchNorm1d", x)
    x = graph.add("2", "ReLU", x)
    graph.output("output", graph.add("3", "Linear", x, out_features="=features"))
    return graph


def _predictor() -> Drawing:
    graph = Drawing("Predictor", "What the other view's projection should be.", arguments=[HIDDEN, PROJECTION])
    x = graph.input("x", "One view's projection")
    graph.output("prediction", graph.add("mlp", "graph:MLP", x, hidden="=hidden", features="=projection"))
    return graph


def _train_step() -> Drawing:
    step = Drawing("TrainStep", "Each view is predicted from the other; no gradient reaches what is to be predicted.")
    views = {"a": step.input("view_a"), "b": step.input("view_b")}
    predictions = {name: _predicted(step, view, name) for name, view in views.items()}
    targets = {name: _followed(step, view, name) for name, view in views.items()}
    losses = [
        step.add(f"loss_{name}", "CosineLoss", predictions[name], targets[other])
        for name, other in (("a", "b"), ("b", "a"))
    ]
    step.output("loss", step.add("loss", "Add", *losses))
    return step


def _predicted(step: Drawing, view: Wire, name: str) -> Wire:
    projection = step.add(f"online_{name}", "model:online", view)["projection"]
    return step.add(f"predictor_{name}", "model:predictor", projection)


def _followed(step: Drawing, view: Wire, name: str) -> Wire:
    projection = step.add(f"target_{name}", "model:target", view)["projection"]
    return step.add(f"still_{name}", "Detach", projection)
