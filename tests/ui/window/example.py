"""A small document for the window's tests: a model of two repeated blocks, drawn without any template."""

from __future__ import annotations

from app.core.document import Argument, Document, GraphLayout, InputType, Model, Preset
from app.core.draw import Drawing, Repeat, graphs, whole
from blocks import library


def example() -> Document:
    """``Net``: a convolution, a block of conv, norm and ReLU repeated twice, a classifier."""
    block = Drawing("Block", "Convolution, norm, ReLU.", arguments=[whole("width", 16)])
    x = block.input("x")
    y = block.add("conv", "Conv2d", x, out_channels="=width", kernel_size=3, padding=1, bias=False)
    y = block.add("norm", "BatchNorm2d", y)
    block.output("output", block.add("act", "ReLU", y))

    net = Drawing("Net", "A small image classifier.", arguments=[whole("width", 16), whole("classes", 10)])
    x = net.input("image")
    y = net.add("stem", "Conv2d", x, out_channels="=width", kernel_size=3, padding=1)
    y = net.add("body", "graph:Block", y, repeat=Repeat(2), width="=width * 2")
    y = net.add("flat", "Flatten", y)
    net.output("logits", net.add("fc", "Linear", y, out_features="=classes"))
    places = {"@in:image": (-220.0, 0.0), "stem": (0.0, 0.0), "body": (220.0, 0.0), "flat": (440.0, 0.0),
              "fc": (660.0, 0.0), "@out:logits": (880.0, 0.0)}  # fmt: skip
    return Document(
        title="Small classifier",
        arguments=(Argument(name="size", default=8), Argument(name="classes", default=10)),
        graphs=graphs(library(), net, block),
        models={
            "net": Model(
                name="net",
                graph="Net",
                arguments={"classes": "=classes"},
                inputs={"image": InputType(("B", 1, "=size", "=size"))},
            )
        },
        presets={
            "paper": Preset(name="paper", arguments={"size": 28}),
            "quick": Preset(name="quick", arguments={"size": 8}),
        },
        preset="paper",
        layout={"Net": GraphLayout(places)},
    )
