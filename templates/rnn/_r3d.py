"""A ResNet-18 whose convolutions go through time as well; node names are torchvision's."""

from __future__ import annotations

from app.core.document import Initial
from app.core.draw import Drawing, Wire, whole

ENABLED = "=form == 'conv3d'"
INITIAL = (
    Initial(
        nodes=("Conv3d",),
        parameter="weight",
        method="kaiming_normal_",
        arguments={"mode": "fan_out", "nonlinearity": "relu"},
    ),
    Initial(nodes=("fc",), parameter="weight", method="normal_", arguments={"std": 0.01}),
    Initial(nodes=("fc",), parameter="bias", method="zeros_"),
)
PLANES = whole("planes", 64, low=1, help="Channels of the convolutions.")
STRIDE = whole("stride", 1, low=1, help="2 halves time, height and width.")


def add_r3d(net: Drawing, video: Wire) -> Wire:
    """Stem, four stages, the average over all places and moments, and logits: B×T×C×H×W → B×classes."""
    x = net.add("channels_first", "Permute", video, dims=(0, 2, 1, 3, 4), enabled=ENABLED)
    x = net.add("stem", "graph:Stem3d", x, enabled=ENABLED)
    for stage in range(4):
        stride = "=2 if i == 0 else 1" if stage else 1
        x = net.add(
            f"layer{stage + 1}",
            "graph:BasicBlock3d",
            x,
            planes=64 * 2**stage,
            stride=stride,
            repeat=2,
            enabled=ENABLED,
        )
    x = net.add("avgpool", "AdaptiveAvgPool3d", x, output_size=1, enabled=ENABLED)
    x = net.add("flatten", "Flatten", x, enabled=ENABLED)
    return net.add("fc", "Linear", x, out_features="=classes", enabled=ENABLED)


def r3d_graphs() -> tuple[Drawing, ...]:
    return _stem(), _block(), _unit("ConvUnit3d", bent=True), _unit("FlatUnit3d", bent=False), _downsample()


def _stem() -> Drawing:
    graph = Drawing("Stem3d", "Halves height and width, and looks at three frames at once.", sequential=True)
    x = graph.input("x")
    x = graph.add(
        "0", "Conv3d", x, out_channels=64, kernel_size=(3, 7, 7), stride=(1, 2, 2), padding=(1, 3, 3), bias=False
    )
    graph.output("output", graph.add("2", "ReLU", graph.add("1", "BatchNorm3d", x)))
    return graph


def _block() -> Drawing:
    graph = Drawing("BasicBlock3d", "Two 3×3×3 convolutions beside a shortcut.", arguments=[PLANES, STRIDE])
    x = graph.input("x")
    y = graph.add("conv1", "graph:ConvUnit3d", x, planes="=planes", stride="=stride")
    y = graph.add("conv2", "graph:FlatUnit3d", y, planes="=planes")
    projected = "=stride != 1 or x.channels != planes"
    shortcut = graph.add("downsample", "graph:Downsample3d", x, planes="=planes", stride="=stride", enabled=projected)
    graph.output("output", graph.add("relu", "ReLU", graph.add("add", "Add", y, shortcut)))
    return graph


def _unit(name: str, *, bent: bool) -> Drawing:
    summary = "A 3×3×3 convolution, normalised" + (" and bent." if bent else ".")
    graph = Drawing(name, summary, arguments=[PLANES, STRIDE] if bent else [PLANES], sequential=True)
    x = graph.input("x")
    stride = "=stride" if bent else 1
    x = graph.add("0", "Conv3d", x, out_channels="=planes", kernel_size=3, stride=stride, padding=1, bias=False)
    x = graph.add("1", "BatchNorm3d", x)
    graph.output("output", graph.add("2", "ReLU", x) if bent else x)
    return graph


def _downsample() -> Drawing:
    graph = Drawing(
        "Downsample3d",
        "Gives the shortcut the shape of its block's output.",
        arguments=[PLANES, STRIDE],
        sequential=True,
    )
    x = graph.input("x")
    x = graph.add("0", "Conv3d", x, out_channels="=planes", kernel_size=1, stride="=stride", bias=False)
    graph.output("output", graph.add("1", "BatchNorm3d", x))
    return graph
