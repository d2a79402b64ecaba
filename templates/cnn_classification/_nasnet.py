"""NASNet-A of both sizes: cells that see the two before them. Node names are those of the published weights."""

from __future__ import annotations

from collections.abc import Sequence

from app.core.document import (
    Argument,
    DataSource,
    Document,
    Frame,
    Goal,
    GraphLayout,
    InputType,
    Model,
    Optimiser,
    Preset,
    Repeat,
    Schedule,
    Value,
)
from app.core.draw import Drawing, Wire, flag, ints, real, whole
from templates._classification import classifier_recipe, classifier_steps
from templates._template import document

CHANNELS = whole("channels", 44, low=1, help="Channels of each of the five sums.")
EVEN_CHANNELS = whole("channels", 44, low=2, multiple_of=2, help="Channels of each of the five sums.")
EVEN = flag("even", help="Whether what is to be shrunk has an even size: then the border lies at the end.")
STRIDE = whole("stride", 2, low=1, high=2, help="Step of the first convolution; 1 for small images.")


def nasnet_document(
    docstring: str | None,
    name: str,
    *,
    filters: int,
    stem: int,
    cells: int,
    size: int,
    two_before: bool,
    counted: bool,
    recipe: dict[str, Value],
) -> Document:
    """NASNet-A with ``cells`` cells a stage, over ``filters`` channels (times 2 and 4 in later stages).

    Two implementations' habits: ``two_before``, the first cell of a stage sees the cell before last before the
    reduction, not the last; ``counted``, where an average shrinks the maps, the border's zeros count.
    """
    arguments = (
        whole(
            "filters",
            filters,
            low=4,
            multiple_of=4,
            help="Channels of a sum in the first stage; each stage has twice as many.",
        ),
        whole("stem", stem, low=1, help="Channels of the first convolution."),
        whole(
            "cells",
            cells,
            low=2,
            high=6,
            help="Cells of each of the three stages, which begin at cell_0, cell_6 and cell_12.",
        ),
        whole("classes", 1000, low=2, help="Number of logits."),
        STRIDE,
        ints("even", (0, 0, 0, 0), low=0, help="Whether each of the four shrinking cells meets an even size."),
        real("dropout", 0.5, low=0, high=0.9, help="Share of the last features silenced in training."),
    )
    return document(
        docstring,
        _nasnet(arguments, two_before),
        *_stems(counted),
        _first_cell(),
        _normal_cell(),
        _reduction_cell(counted),
        _projection(),
        _halves(shifted=False),
        _halves(shifted=True),
        _branch(),
        _separable(),
        *classifier_steps(name),
        arguments=[
            *(argument for argument in arguments if argument.name != "even"),
            whole("channels", 3, low=1, help="Channels of an image: 3 for colour, 1 for grey."),
            whole("size", size, low=32, help="Height and width of an image."),
        ],
        models=[
            Model(
                name=name,
                graph="NASNet",
                arguments={argument.name: f"={argument.name}" for argument in arguments} | {"even": _evens()},
                inputs={"image": InputType(("B", "=channels", "=size", "=size"))},
            )
        ],
        recipe=classifier_recipe(
            name,
            DataSource("ImageFolder", {"size": "=size", "channels": "=channels", "flip": True}),
            steps=4_000_000,
            batch_size=32,
            optimiser=Optimiser("SGD", {"lr": 0.05, "momentum": 0.9, "weight_decay": 4e-5}),
            schedule=Schedule("cosine", {"warmup": 50}),
            every=5000,
        ),
        presets=_presets(recipe),
        layout={"NASNet": GraphLayout(frames=_FRAMES)},
    )


def _presets(recipe: dict[str, Value]) -> list[Preset]:
    published = {
        "stages.train.learn.optimiser.name": "RMSprop",
        "stages.train.learn.optimiser.alpha": 0.9,
        "stages.train.learn.optimiser.eps": 1.0,
        "stages.train.learn.schedule.name": "step",
        "stages.train.learn.schedule.warmup": 0,
        "stages.train.learn.schedule.every": 80_000,
        "stages.train.learn.schedule.factor": 0.97,
    }
    return [
        Preset(name="paper", summary="As published, on a folder of images of 1000 classes.", recipe=published),
        Preset(
            name="quick",
            summary="Narrow, two cells a stage, on digits placed at random in a 32×32 image.",
            arguments={
                "filters": 16,
                "stem": 8,
                "cells": 2,
                "classes": 10,
                "stride": 1,
                "dropout": 0.0,
                "channels": 1,
                "size": 32,
            },
            data=DataSource("PlacedDigits", {"size": "=size", "channels": "=channels", "noise": 0.3}),
            recipe={
                "batch_size": 32,
                "stages.train.learn.optimiser.lr": 0.1,
                "evaluations.validation.every": 150,
                "previews.predictions.every": 150,
                **recipe,
            },
            goal=Goal(
                evaluation="test",
                metric="accuracy",
                at_least=0.84,
                baseline="0.78 by the nearest of 100 placings of each digit, 0.16 by logistic regression",
            ),
        ),
    ]


_FRAMES = (
    Frame(title="Stem", nodes=("conv0", "cell_stem_0", "cell_stem_1")),
    Frame(title="Stage 1", nodes=("cell_0", "cells1")),
    Frame(title="Stage 2", nodes=("reduction_cell_0", "cell_6", "cells2")),
    Frame(title="Stage 3", nodes=("reduction_cell_1", "cell_12", "cells3")),
    Frame(title="Head", nodes=("act", "global_pool", "flatten", "dropout", "last_linear")),
)


def _evens() -> str:
    """Of an image's size: whether what enters each shrinking cell is even."""
    side, found = "((size - 3) // stride + 1)", []
    for _ in range(4):
        found.append(f"1 - {side} % 2")
        side = f"(({side} + 1) // 2)"
    return f"=({', '.join(found)})"


def _nasnet(arguments: Sequence[Argument], two_before: bool) -> Drawing:
    net = Drawing(
        "NASNet",
        "Three stages of one cell, each fed by the two before it, with a reduction between stages.",
        arguments=arguments,
    )
    first = net.add("conv0", "graph:ConvNorm", net.input("image"), channels="=stem", stride="=stride")
    before = net.add("cell_stem_0", "graph:CellStem0", first, channels="=filters // 4", even="=even[0] == 1")
    stem = {"x": before, "before": first}
    x = net.add("cell_stem_1", "graph:CellStem1", wired=stem, channels="=filters // 2", even="=even[1] == 1")
    for stage, number in enumerate((0, 6, 12)):
        channels = "=filters" if stage == 0 else f"=filters * {2**stage}"
        if stage:
            even = f"=even[{stage + 1}] == 1"
            wires = {"x": x, "before": before}
            before = before if two_before else x
            x = net.add(f"reduction_cell_{stage - 1}", "graph:ReductionCell", wired=wires, channels=channels, even=even)
        cell = net.add(f"cell_{number}", "graph:FirstCell", wired={"x": x, "before": before}, channels=channels)
        keys = f"cell_{{i + {number + 1}}}"
        cells = net.add(
            f"cells{stage + 1}",
            "graph:NormalCell",
            wired={"x": cell["x"], "before": x},
            channels=channels,
            repeat=Repeat("=cells - 1", keys),
        )
        x, before = cells["x"], cells["before"]
    x = net.add("act", "ReLU", x)
    x = net.add("global_pool", "AdaptiveAvgPool2d", x, output_size=1)
    x = net.add("flatten", "Flatten", x)
    x = net.add("dropout", "Dropout", x, p="=dropout")
    net.output("logits", net.add("last_linear", "Linear", x, out_features="=classes"))
    return net


# --- Cells ----------------------------------------------------------------------------------------------------------


def _stems(counted: bool) -> tuple[Drawing, Drawing, Drawing]:
    first = Drawing("ConvNorm", "A 3×3 and its norm.", arguments=[CHANNELS, STRIDE], sequential=True)
    x = first.input("x")
    x = first.add("conv", "Conv2d", x, out_channels="=channels", kernel_size=3, stride="=stride", bias=False)
    first.output("output", first.add("bn", "BatchNorm2d", x, eps=0.001))

    zero = Drawing("CellStem0", "A reduction that has only one cell before it.", arguments=[CHANNELS, EVEN])
    x = zero.input("x")
    _reduced(zero, _projected(zero, "conv_1x1", x), x, counted, stem=True)

    one = Drawing("CellStem1", "A reduction whose cell before is twice as large.", arguments=[EVEN_CHANNELS, EVEN])
    x, before = one.input("x"), one.input("before", "Twice as large")
    x = _projected(one, "conv_1x1", x)
    _reduced(one, x, _halved(one, before), counted)
    return first, zero, one


def _first_cell() -> Drawing:
    cell = Drawing("FirstCell", "A normal cell whose cell before is twice as large.", arguments=[EVEN_CHANNELS])
    x, before = cell.input("x"), cell.input("before", "Twice as large")
    before = _halved(cell, before)
    cell.output("x", _combined(cell, _projected(cell, "conv_1x1", x), before))
    return cell


def _normal_cell() -> Drawing:
    cell = Drawing("NormalCell", "Five sums of two, laid beside what came before.", arguments=[CHANNELS])
    x, before = cell.input("x"), cell.input("before")
    before = _projected(cell, "conv_prev_1x1", before)
    cell.output("x", _combined(cell, _projected(cell, "conv_1x1", x), before))
    cell.output("before", x)
    return cell


def _reduction_cell(counted: bool) -> Drawing:
    cell = Drawing("ReductionCell", "Five sums of two at half the size.", arguments=[CHANNELS, EVEN])
    x, before = cell.input("x"), cell.input("before")
    before = _projected(cell, "conv_prev_1x1", before)
    _reduced(cell, _projected(cell, "conv_1x1", x), before, counted)
    return cell


def _combined(cell: Drawing, x: Wire, before: Wire) -> Wire:
    """The search's answer for cells that keep the size."""
    sums = [
        _sum(cell, 0, _branched(cell, "comb_iter_0_left", x, 5), _branched(cell, "comb_iter_0_right", before, 3)),
        _sum(cell, 1, _branched(cell, "comb_iter_1_left", before, 5), _branched(cell, "comb_iter_1_right", before, 3)),
        _sum(cell, 2, _average(cell, "comb_iter_2_left", x), before),
        _sum(cell, 3, _average(cell, "comb_iter_3_left", before), _average(cell, "comb_iter_3_right", before)),
        _sum(cell, 4, _branched(cell, "comb_iter_4_left", x, 3), x),
    ]
    return cell.add("join", "Concatenate", before, *sums)


def _reduced(cell: Drawing, x: Wire, before: Wire, counted: bool, *, stem: bool = False) -> None:
    """The search's answer for cells that halve it. ``stem``: what came before was not projected."""
    half: dict[str, Value] = {"stride": 2, "even": "=even"} | ({"widens": True} if stem else {})
    padding = "=0 if even else 1"
    shrink: dict[str, Value] = {"kernel_size": 3, "stride": 2, "padding": padding, "ceil_mode": True}
    zeros: dict[str, Value] = {"divisor_override": 9} if counted else {"count_include_pad": False}
    left = _branched(cell, "comb_iter_0_left", x, 5, stride=2, even="=even")
    first = _sum(cell, 0, left, _branched(cell, "comb_iter_0_right", before, 7, **half))
    left = cell.add("comb_iter_1_left", "MaxPool2d", x, **shrink)
    second = _sum(cell, 1, left, _branched(cell, "comb_iter_1_right", before, 7, **half))
    left = cell.add("comb_iter_2_left", "AvgPool2d", x, **shrink, **zeros)
    third = _sum(cell, 2, left, _branched(cell, "comb_iter_2_right", before, 5, **half))
    fourth = _sum(cell, 3, _average(cell, "comb_iter_3_right", first), second)
    right = cell.add("comb_iter_4_right", "MaxPool2d", x, **shrink)
    fifth = _sum(cell, 4, _branched(cell, "comb_iter_4_left", first, 3), right)
    cell.output("x", cell.add("join", "Concatenate", second, third, fourth, fifth))


def _sum(cell: Drawing, number: int, left: Wire, right: Wire) -> Wire:
    return cell.add(f"comb_iter_{number}", "Add", left, right)


def _average(cell: Drawing, name: str, x: Wire) -> Wire:
    return cell.add(name, "AvgPool2d", x, kernel_size=3, stride=1, padding=1, count_include_pad=False)


def _branched(cell: Drawing, name: str, x: Wire, kernel: int, **more: Value) -> Wire:
    return cell.add(name, "graph:BranchSeparables", x, channels="=channels", kernel=kernel, **more)


def _projected(cell: Drawing, name: str, x: Wire) -> Wire:
    return cell.add(name, "graph:ActConvBn", x, channels="=channels")


def _halved(cell: Drawing, x: Wire) -> Wire:
    """Half the size without losing half of the pixels: every second one, and those between them, side by side."""
    x = cell.add("act", "ReLU", x)
    halves = [cell.add(f"path_{n}", f"graph:Path{n}", x, channels="=channels // 2") for n in (1, 2)]
    both = cell.add("both", "Concatenate", *halves)
    return cell.add("final_path_bn", "BatchNorm2d", both, eps=0.001)


# --- Layers ---------------------------------------------------------------------------------------------------------


def _halves(*, shifted: bool) -> Drawing:
    path = Drawing(
        "Path2" if shifted else "Path1",
        "Every second pixel, from the second on." if shifted else "Every second pixel.",
        arguments=[CHANNELS],
        sequential=True,
    )
    x = path.input("x")
    if shifted:
        x = path.add("pad", "ZeroPad2d", x, padding=(-1, 1, -1, 1))
    x = path.add("avgpool", "AvgPool2d", x, kernel_size=1, stride=2)
    path.output("output", path.add("conv", "Conv2d", x, out_channels="=channels", kernel_size=1, bias=False))
    return path


def _projection() -> Drawing:
    graph = Drawing("ActConvBn", "Relu, 1×1 and norm.", arguments=[CHANNELS])
    x = graph.add("act", "ReLU", graph.input("x"))
    x = graph.add("conv", "Conv2d", x, out_channels="=channels", kernel_size=1, bias=False)
    graph.output("output", graph.add("bn", "BatchNorm2d", x, eps=0.001))
    return graph


def _branch() -> Drawing:
    graph = Drawing(
        "BranchSeparables",
        "Two separable convolutions, the first of which may halve the size.",
        arguments=[
            CHANNELS,
            whole("kernel", 3, low=1),
            whole("stride", 1, low=1),
            EVEN,
            flag("widens", help="Whether the first one gives all channels, not the second."),
        ],
    )
    x = graph.add("act_1", "ReLU", graph.input("x"))
    begin = "kernel // 2 - 1, kernel // 2"
    x = graph.add("pad", "ZeroPad2d", x, padding=f"=({begin}, {begin})", enabled="=even")
    middle = "=channels if widens else x.channels"
    padding = "=0 if even else kernel // 2"
    said: dict[str, Value] = {"kernel": "=kernel"}
    x = graph.add("separable_1", "graph:SeparableConv2d", x, channels=middle, **said, stride="=stride", padding=padding)
    x = graph.add("bn_sep_1", "BatchNorm2d", x, eps=0.001)
    x = graph.add("act_2", "ReLU", x)
    x = graph.add("separable_2", "graph:SeparableConv2d", x, channels="=channels", **said, padding="=kernel // 2")
    graph.output("output", graph.add("bn_sep_2", "BatchNorm2d", x, eps=0.001))
    return graph


def _separable() -> Drawing:
    graph = Drawing(
        "SeparableConv2d",
        "A window for every channel by itself, then 1×1 among the channels.",
        arguments=[
            CHANNELS,
            whole("kernel", 3, low=1),
            whole("stride", 1, low=1),
            whole("padding", 1, low=0),
        ],
    )
    x = graph.input("x")
    window: dict[str, Value] = {"kernel_size": "=kernel", "stride": "=stride", "padding": "=padding"}
    alone: dict[str, Value] = {"out_channels": "=x.channels", "groups": "=x.channels", "bias": False}
    x = graph.add("depthwise_conv2d", "Conv2d", x, **window, **alone)
    x = graph.add("pointwise_conv2d", "Conv2d", x, out_channels="=channels", kernel_size=1, bias=False)
    graph.output("output", x)
    return graph
