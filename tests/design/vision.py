"""Hard documents of vision: a table of stages, two carried wires, crops, and proposals of unknown number."""

from __future__ import annotations

from app.core.document import Document, Graph, InputType, Model, Preset, Repeat
from app.core.draw import Drawing, Wire, graphs, table, whole
from tests.design.stand_ins import design_library


def assembled(
    *drawings: Drawing, models: tuple[Model, ...], presets: tuple[Preset, ...] = (), **more: object
) -> Document:
    drawn: dict[str, Graph] = graphs(design_library(), *drawings, models={model.name: model.graph for model in models})
    return Document(
        graphs=drawn,
        models={model.name: model for model in models},
        presets={preset.name: preset for preset in presets},
        preset=presets[0].name if presets else "",
        **more,
    )


B0 = (
    (1, 3, 1, 16, 1),
    (6, 3, 2, 24, 2),
    (6, 5, 2, 40, 2),
    (6, 3, 2, 80, 3),
    (6, 5, 1, 112, 3),
    (6, 5, 2, 192, 4),
    (6, 3, 1, 320, 1),
)
COLUMNS = ("expand", "kernel", "stride", "channels", "layers")


def efficientnet() -> Document:
    """Stages as people write them: a table, whose rows a repeat goes through; each row is again a repeat."""
    net = Drawing("EfficientNet", arguments=[table("stages", B0, *COLUMNS), whole("classes", 1000)])
    x = net.add("features", "graph:Features", net.input("image"), stages="=stages")
    x = net.add("avgpool", "AdaptiveAvgPool2d", x, output_size=1)
    x = net.add("flatten", "Flatten", x)
    net.output("logits", net.add("classifier", "Linear", x, out_features="=classes"))
    stages = (
        Preset(name="paper"),
        Preset(name="quick", arguments={"stages": ((1, 3, 1, 8, 2), (6, 5, 2, 16, 2)), "classes": 10}),
    )
    return assembled(
        net,
        _features(),
        _stage(),
        _mobile(),
        _squeeze(),
        models=(
            Model(
                name="net",
                graph="EfficientNet",
                arguments={"stages": "=stages", "classes": "=classes"},
                inputs={"image": InputType(("B", 3, 64, 64))},
            ),
        ),
        presets=stages,
        arguments=(table("stages", B0, *COLUMNS), whole("classes", 1000)),
    )


def _features() -> Drawing:
    graph = Drawing("Features", arguments=[table("stages", B0, *COLUMNS)], sequential=True)
    x = _conv(graph, "0", graph.input("image"), 32, 3, 2)
    x = graph.add(
        "stages", "graph:Stage", x, repeat=Repeat("=len(stages)", "{i + 1}"), expand="=stages[i][0]",
        kernel="=stages[i][1]", stride="=stages[i][2]", channels="=stages[i][3]", layers="=stages[i][4]",
    )  # fmt: skip
    graph.output("features", x)
    return graph


def _conv(graph: Drawing, name: str, x: Wire, channels: int, kernel: int, stride: int) -> Wire:
    return graph.add(
        name, "Conv2d", x, out_channels=channels, kernel_size=kernel, stride=stride, padding=kernel // 2, bias=False
    )


ROW = [whole(name, 1, low=1) for name in COLUMNS]


def _stage() -> Drawing:
    graph = Drawing("Stage", arguments=ROW)
    x = graph.add(
        "blocks", "graph:MBConv", graph.input("x"), repeat="=layers", expand="=expand", kernel="=kernel",
        stride="=stride if i == 0 else 1", channels="=channels",
    )  # fmt: skip
    graph.output("output", x)
    return graph


def _mobile() -> Drawing:
    graph = Drawing("MBConv", arguments=ROW[:-1])
    x = graph.input("x")
    y = graph.add(
        "expand", "Conv2d", x, out_channels="=x.channels * expand", kernel_size=1, bias=False, enabled="=expand != 1"
    )
    y = graph.add(
        "depthwise", "Conv2d", y, out_channels="=x.channels * expand", kernel_size="=kernel", stride="=stride",
        padding="=kernel // 2", groups="=x.channels * expand", bias=False,
    )  # fmt: skip
    y = graph.add("norm", "BatchNorm2d", y)
    y = graph.add("act", "SiLU", y)
    y = graph.add("squeeze", "graph:Squeeze", y, width="=max(1, x.channels // 4)")
    y = graph.add("project", "Conv2d", y, out_channels="=channels", kernel_size=1, bias=False)
    fits = "=stride == 1 and x.channels == channels"
    graph.output("output", graph.add("add", "Add", y, x, enabled=fits))
    return graph


def _squeeze() -> Drawing:
    graph = Drawing("Squeeze", arguments=[whole("width", 8, low=1)])
    x = graph.input("x")
    y = graph.add("avgpool", "AdaptiveAvgPool2d", x, output_size=1)
    y = graph.add("fc1", "Conv2d", y, out_channels="=width", kernel_size=1)
    y = graph.add("act", "SiLU", y)
    y = graph.add("fc2", "Conv2d", y, out_channels="=x.channels", kernel_size=1)
    graph.output("output", graph.add("scale", "Multiply", x, graph.add("gate", "Sigmoid", y)))
    return graph


def nasnet() -> Document:
    """Each cell sees the two before it: a repeat that carries two wires."""
    cell = Drawing("Cell", arguments=[whole("channels", 16, low=1)])
    x, before = cell.input("x"), cell.input("before")
    y = cell.add("left", "Conv2d", x, out_channels="=channels", kernel_size=3, padding=1)
    z = cell.add("right", "Conv2d", before, out_channels="=channels", kernel_size=1)
    cell.output("x", cell.add("join", "Add", y, z))
    cell.output("before", x)
    net = Drawing("NASNet", arguments=[whole("channels", 16, low=1), whole("cells", 4, low=1)])
    stem = net.add("stem", "Conv2d", net.input("image"), out_channels="=channels", kernel_size=3, padding=1)
    cells = net.add("cells", "graph:Cell", wired={"x": stem, "before": stem}, repeat="=cells", channels="=channels")
    joined = net.add("joined", "Concatenate", cells["x"], cells["before"])
    net.output("features", joined)
    return assembled(
        net,
        cell,
        models=(Model(name="net", graph="NASNet", inputs={"image": InputType(("B", 3, 32, 32))}),),
    )


def u_net() -> Document:
    """A crop whose size is that of another wire; sizes that do not fit by themselves."""
    up = Drawing("Up", arguments=[whole("width", 8, low=1)])
    x, skip = up.input("x"), up.input("skip")
    x = up.add("up", "ConvTranspose2d", x, out_channels="=width", kernel_size=2, stride=2)
    joined = up.add("join", "Concatenate", up.add("crop", "Crop", skip, x), x)
    up.output("output", up.add("conv", "Conv2d", joined, out_channels="=width", kernel_size=3))
    net = Drawing("UNet", arguments=[whole("width", 8, low=1)])
    first = net.add("down1", "Conv2d", net.input("image"), out_channels="=width", kernel_size=3)
    x = net.add("pool1", "MaxPool2d", first, kernel_size=2)
    second = net.add("down2", "Conv2d", x, out_channels="=width * 2", kernel_size=3)
    x = net.add("pool2", "MaxPool2d", second, kernel_size=2)
    x = net.add("bottom", "Conv2d", x, out_channels="=width * 4", kernel_size=3)
    x = net.add("up2", "graph:Up", x, second, width="=width * 2")
    net.output("logits", net.add("up1", "graph:Up", x, first, width="=width"))
    return assembled(
        net, up, models=(Model(name="net", graph="UNet", inputs={"image": InputType(("B", 1, "H", "W"))}),)
    )


def faster_rcnn() -> Document:
    """Proposals, R of them; pooled, classified, suppressed to K. Neither number is known while drawing."""
    net = Drawing("FasterRCNN", arguments=[whole("width", 16, low=1), whole("classes", 5, low=2)])
    maps = net.add("body", "Conv2d", net.input("image"), out_channels="=width", kernel_size=3, stride=4, padding=1)
    objectness = net.add("objectness", "Conv2d", maps, out_channels=3, kernel_size=1)
    deltas = net.add("deltas", "Conv2d", maps, out_channels=12, kernel_size=1)
    regions = net.add("proposals", "Proposals", objectness, deltas)
    x = net.add("pool", "RegionPool", maps, regions, size=7)
    x = net.add("flatten", "Flatten", x)
    x = net.add("fc", "Linear", x, out_features=32)
    scores = net.add("scores", "Linear", x, out_features="=classes")
    boxes = net.add("boxes", "Linear", x, out_features=4)
    kept = net.add("suppression", "Suppression", boxes, scores)
    net.output("boxes", kept["regions"])
    net.output("scores", kept["scores"])
    return assembled(
        net, models=(Model(name="net", graph="FasterRCNN", inputs={"image": InputType(("B", 3, "H", "W"))}),)
    )


DOCUMENTS = (efficientnet, nasnet, u_net, faster_rcnn)
