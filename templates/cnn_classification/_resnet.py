"""ResNets of every depth: what ResNet-18, -50 and -152 share. Node names are torchvision's."""

from __future__ import annotations

from collections.abc import Sequence

from app.core.document import (
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
from app.core.draw import Drawing, Wire, ints, whole
from templates._classification import classifier_recipe, classifier_steps
from templates._template import document

INITIAL = (
    Initial(
        nodes=("Conv2d",),
        parameter="weight",
        method="kaiming_normal_",
        arguments={"mode": "fan_out", "nonlinearity": "relu"},
    ),
)

WIDTH = whole("width", 64, low=1, help="Channels of the stem and of the first stage; each stage has twice as many.")
CLASSES = whole("classes", 1000, low=2, help="Number of logits.")


def resnet_document(
    docstring: str | None,
    name: str,
    block: Drawing,
    layers: Sequence[int],
    *,
    quick: Sequence[int],
    steps: tuple[int, int] = (1500, 1100),
    goal: Goal,
) -> Document:
    """ResNet with ``layers`` copies of ``block`` in its four stages; ``quick`` gives the same for the small preset.

    ``steps``: how many the small preset takes, and after how many the learning rate falls.
    """
    return document(
        docstring,
        resnet(block.name, layers),
        block,
        downsample(),
        *classifier_steps(name),
        arguments=[
            ints("layers", layers, low=1, help="Residual blocks in each of the four stages."),
            WIDTH,
            CLASSES,
            whole("channels", 3, low=1, help="Channels of an image: 3 for colour, 1 for grey."),
            whole("size", 224, low=32, help="Height and width of an image."),
        ],
        models=[
            Model(
                name=name,
                graph="ResNet",
                arguments={"layers": "=layers", "width": "=width", "classes": "=classes"},
                inputs={"image": InputType(("B", "=channels", "=size", "=size"))},
            )
        ],
        recipe=classifier_recipe(
            name,
            DataSource("ImageFolder", {"size": "=size", "channels": "=channels", "flip": True}),
            steps=600_000,
            batch_size=256,
            optimiser=Optimiser("SGD", {"lr": 0.1, "momentum": 0.9, "weight_decay": 1e-4}),
            schedule=Schedule("step", {"every": 200_000, "factor": 0.1}),
            every=5000,
        ),
        presets=[
            Preset(name="paper", summary="As published, on a folder of images of 1000 classes."),
            Preset(
                name="quick",
                summary="Narrow stages on digits placed at random in a 32×32 image.",
                arguments={"layers": tuple(quick), "width": 8, "classes": 10, "channels": 1, "size": 32},
                data=DataSource("PlacedDigits", {"size": "=size", "channels": "=channels", "noise": 0.3}),
                recipe={
                    "batch_size": 64,
                    "stages.train.steps": steps[0],
                    "stages.train.learn.optimiser.lr": 0.05,
                    "stages.train.learn.schedule.every": steps[1],
                    "evaluations.validation.every": 250,
                    "previews.predictions.every": 250,
                },
                goal=goal,
            ),
        ],
        layout={"ResNet": GraphLayout(frames=_STAGES)},
    )


_STAGES = (
    Frame(title="Stem", nodes=("conv1", "bn1", "relu", "maxpool")),
    Frame(title="Stages", nodes=("layer1", "layer2", "layer3", "layer4")),
    Frame(title="Head", nodes=("avgpool", "flatten", "fc")),
)


def resnet(block: str, layers: Sequence[int]) -> Drawing:
    """Stem, four stages of ``block`` and a linear head."""
    net = Drawing(
        "ResNet",
        "A stem that shrinks the image by four, four stages of residual blocks, and a linear head on their average.",
        arguments=[ints("layers", layers, low=1, help="Residual blocks in each of the four stages."), WIDTH, CLASSES],
        initial=INITIAL,
    )
    x = trunk(net, net.input("image"), block)
    x = net.add("flatten", "Flatten", x)
    net.output("logits", net.add("fc", "Linear", x, out_features="=classes"))
    return net


def trunk(net: Drawing, x: Wire, block: str, **arguments: Value) -> Wire:
    """Stem, stages and the average over the image: everything but the head. ``arguments`` are every block's."""
    x = net.add("conv1", "Conv2d", x, out_channels="=width", kernel_size=7, stride=2, padding=3, bias=False)
    x = net.add("bn1", "BatchNorm2d", x)
    x = net.add("relu", "ReLU", x)
    x = net.add("maxpool", "MaxPool2d", x, kernel_size=3, stride=2, padding=1)
    x = net.add("layer1", f"graph:{block}", x, planes="=width", repeat="=layers[0]", **arguments)
    for stage in (1, 2, 3):
        x = net.add(
            f"layer{stage + 1}",
            f"graph:{block}",
            x,
            planes=f"=width * {2**stage}",
            stride="=2 if i == 0 else 1",
            repeat=f"=layers[{stage}]",
            **arguments,
        )
    return net.add("avgpool", "AdaptiveAvgPool2d", x, output_size=1)


_BLOCK_ARGUMENTS = (
    whole("planes", 64, low=1, help="Channels of the block's convolutions."),
    whole("stride", 1, low=1, help="2 halves height and width."),
)


def basic_block() -> Drawing:
    """Two 3×3 convolutions beside a shortcut: ResNet-18 and -34."""
    block = Drawing("BasicBlock", "Two 3×3 convolutions beside a shortcut.", arguments=_BLOCK_ARGUMENTS)
    x = block.input("x")
    y = block.add("conv1", "Conv2d", x, out_channels="=planes", kernel_size=3, stride="=stride", padding=1, bias=False)
    y = block.add("bn1", "BatchNorm2d", y)
    y = block.add("relu1", "ReLU", y)
    y = block.add("conv2", "Conv2d", y, out_channels="=planes", kernel_size=3, padding=1, bias=False)
    y = block.add("bn2", "BatchNorm2d", y)
    return _joined(block, x, y, "planes", "relu2")


def bottleneck() -> Drawing:
    """1×1 down, 3×3, 1×1 up, beside a shortcut: ResNet-50 and deeper. The stride sits on the 3×3, as torchvision's."""
    block = Drawing(
        "Bottleneck", "1×1 down, 3×3, and 1×1 up to four times as many, beside a shortcut.", arguments=_BLOCK_ARGUMENTS
    )
    x = block.input("x")
    y = block.add("conv1", "Conv2d", x, out_channels="=planes", kernel_size=1, bias=False)
    y = block.add("bn1", "BatchNorm2d", y)
    y = block.add("relu1", "ReLU", y)
    y = block.add("conv2", "Conv2d", y, out_channels="=planes", kernel_size=3, stride="=stride", padding=1, bias=False)
    y = block.add("bn2", "BatchNorm2d", y)
    y = block.add("relu2", "ReLU", y)
    y = block.add("conv3", "Conv2d", y, out_channels="=planes * 4", kernel_size=1, bias=False)
    y = block.add("bn3", "BatchNorm2d", y)
    return _joined(block, x, y, "planes * 4", "relu3")


def _joined(block: Drawing, x: Wire, y: Wire, channels: str, relu: str) -> Drawing:
    """The shortcut, projected where its shape would not fit, is added to the branch."""
    shortcut = block.add(
        "downsample",
        "graph:Downsample",
        x,
        channels=f"={channels}",
        stride="=stride",
        enabled=f"=stride != 1 or x.channels != {channels}",
    )
    total = block.add("add", "Add", y, shortcut)
    block.output("output", block.add(relu, "ReLU", total))
    return block


def downsample() -> Drawing:
    """The projection of a shortcut whose block changes the shape."""
    graph = Drawing(
        "Downsample",
        "Gives the shortcut the shape of its block's output.",
        arguments=[whole("channels", 64, low=1), whole("stride", 1, low=1)],
        sequential=True,
    )
    x = graph.input("x")
    x = graph.add("0", "Conv2d", x, out_channels="=channels", kernel_size=1, stride="=stride", bias=False)
    graph.output("output", graph.add("1", "BatchNorm2d", x))
    return graph
