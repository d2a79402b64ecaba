"""What the Inception nets share: a convolution with its norm, and a loss with side branches. Names as torchvision's."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from app.core.document import Initial, Recipe, Value
from app.core.draw import Drawing, Wire, flag, real, whole
from templates._classification import TRAIN, classifier_steps

ORIGINAL = flag("original", help="As of 2014: 5×5 kernels, biases and local response norms instead of batch norms.")
STD = real("std", 0.1, low=0, help="Deviation of the weights at the start; narrow nets need more.")

UNIT = whole("unit", 16, low=1, help="What all channels are multiples of; the published nets have 16.")
VALID = flag("valid", True, help="Without padding where maps shrink, as published; small images need it.")

CONV_ARGUMENTS = (
    whole("channels", 64, low=1, help="Output maps."),
    whole("height", 1, low=1, help="Rows that each filter looks at."),
    whole("width", 1, low=1, help="Columns that each filter looks at."),
    whole("stride", 1, low=1, help="2 halves height and width."),
    flag("same", True, help="Pads, so that no row or column is lost at the border."),
)


def started(std: Value = "=std", *nodes: str) -> Initial:
    """As torchvision starts the Inception nets: normal weights, cut off far outside. ``nodes``: all, unless said."""
    arguments: dict[str, Value] = {"std": std, "a": -2, "b": 2}
    return Initial(nodes=nodes or ("Conv2d", "Linear"), parameter="weight", method="trunc_normal_", arguments=arguments)


def times(units: int) -> str:
    """So many units of channels, as a formula."""
    return f"=unit * {units}"


def shrinking_pool(graph: Drawing, name: str, x: Wire) -> Wire:
    """The largest of each 3×3, two apart."""
    return graph.add(name, "MaxPool2d", x, kernel_size=3, stride=2, padding="=0 if valid else 1")


def basic_conv(*, original: bool = False) -> Drawing:
    """Convolution, norm, relu. ``original``: with an argument that leaves out the norm."""
    graph = Drawing(
        "BasicConv2d",
        "A convolution, its batch norm and a relu.",
        arguments=(*CONV_ARGUMENTS, *([ORIGINAL] if original else ())),
    )
    x = graph.add(
        "conv",
        "Conv2d",
        graph.input("x"),
        out_channels="=channels",
        kernel_size="=(height, width)",
        stride="=stride",
        padding="=(height // 2, width // 2) if same else (0, 0)",
        bias="=original" if original else False,
    )
    x = graph.add("bn", "BatchNorm2d", x, eps=0.001, enabled="=not original" if original else None)
    graph.output("output", graph.add("relu", "ReLU", x))
    return graph


def conv(
    graph: Drawing, name: str, x: Wire, channels: Value, kernel: Value | tuple[Value, Value] = 1, **more: Value
) -> Wire:
    """A BasicConv2d; ``kernel``: its side, or height and width."""
    height, width = kernel if isinstance(kernel, tuple) else (kernel, kernel)
    sides = {name: side for name, side in (("height", height), ("width", width)) if side != 1}
    return graph.add(name, "graph:BasicConv2d", x, channels=channels, **sides, **more)


def steps_with_sides(
    model: str, sides: Sequence[str], weight: float, label_smoothing: float = 0.0
) -> tuple[Drawing, ...]:
    """Steps of a classifier whose side branches ``sides`` (outputs of the model) are to be right, too."""
    train = Drawing(
        TRAIN,
        "One batch: what the model says, in the end and on the way, and how far that is from the labels.",
        arguments=[flag("aux", help="Whether the model has its side branches.")],
    )
    image, label = train.input("image"), train.input("label")
    said = train.add(model, f"model:{model}", image)
    loss = train.add("cross_entropy", "CrossEntropyLoss", said, label, label_smoothing=label_smoothing)
    wires = {"loss": loss, "label": label} | {side: said[side] for side in sides}
    loss = train.add("sides", "graph:SideLosses", wired=wires, enabled="=aux")
    train.output("loss", loss)
    train.output("accuracy", train.add("accuracy", "Accuracy", said, label))
    return train, _side_losses(sides, weight, label_smoothing), *classifier_steps(model)[1:]


def _side_losses(sides: Sequence[str], weight: float, smoothing: float) -> Drawing:
    graph = Drawing(
        "SideLosses",
        "The loss, and a share of what each side branch is wrong by.",
        arguments=[real("weight", weight, low=0, help="How much a side branch counts beside the end.")],
    )
    loss, label = graph.input("loss"), graph.input("label")
    wrong = [
        graph.add(
            f"cross_entropy_{side}", "CrossEntropyLoss", graph.input(side, "Logits"), label, label_smoothing=smoothing
        )
        for side in sides
    ]
    total = wrong[0] if len(wrong) == 1 else graph.add("add_sides", "Add", *wrong)
    total = graph.add("weighted", "Scale", total, scale="=weight")
    graph.output("output", graph.add("add", "Add", loss, total))
    return graph


def telling_sides(recipe: Recipe) -> Recipe:
    """The recipe whose training step is told whether the model has its side branches."""
    stages = tuple(
        replace(stage, phases=tuple(replace(phase, arguments={"aux": "=aux"}) for phase in stage.phases))
        for stage in recipe.stages
    )
    return replace(recipe, stages=stages)
