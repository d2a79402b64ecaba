"""Small documents that are each unkind in one way."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from app.core.document import Argument, Case, Document, InputType, Model, Preset, Repeat, Scan
from app.core.draw import Drawing, choice, flag, graphs, ints, real, use, whole
from blocks import library

CASES: dict[str, Callable[[], Document]] = {}


def case(draw: Callable[[], Document]) -> Callable[[], Document]:
    CASES[draw.__name__] = draw
    return draw


def document(
    *drawings: Drawing,
    shapes: Sequence[tuple[Any, ...]] = ((("B", 8)),),
    arguments: Sequence[Argument] = (),
    given: dict[str, Any] | None = None,
    presets: Sequence[dict[str, Any]] = (),
) -> Document:
    """The last drawing is the model's graph; the presets are named a, b, ..."""
    net = drawings[-1]
    inputs = {name: InputType(tuple(shape)) for name, shape in zip(net.input_names, shapes, strict=True)}
    model = Model(name="net", graph=net.name, arguments=given or {}, inputs=inputs)
    named = [Preset(name="abcdef"[at], arguments=values) for at, values in enumerate(presets)]
    return Document(
        arguments=tuple(arguments),
        graphs=graphs(library(), *drawings),
        models={"net": model},
        presets={preset.name: preset for preset in named},
        preset=named[0].name if named else "",
    )


def changed(made: Document, graph: str, node: str, **how: Any) -> Document:
    """The document with one node otherwise."""
    old = made.graphs[graph]
    nodes = {**old.nodes, node: msgspec.structs.replace(old.nodes[node], **how)}
    return msgspec.structs.replace(made, graphs={**made.graphs, graph: msgspec.structs.replace(old, nodes=nodes)})


def block(width: str = "=width") -> Drawing:
    graph = Drawing("Part", arguments=[whole("width", 8)])
    x = graph.add("fc", "Linear", graph.input("x"), out_features=width)
    graph.output("output", graph.add("relu", "ReLU", x))
    return graph


# -- templates of expressions ------------------------------------------------------------------------------------------


@case
def softplus_whose_defaults_differ() -> Document:
    net = Drawing("Net", arguments=[real("beta", 1.0), real("eps", 1e-5)])
    x = net.add("soft", "Softplus", net.input("x"), beta="=beta")
    x = net.add("norm", "LayerNorm", x, eps="=eps")
    net.output("y", net.add("elu", "ELU", x, alpha="=beta"))
    return document(
        net, arguments=[real("beta", 1.0), real("eps", 1e-5)], given={"beta": "=beta", "eps": "=eps"},
        presets=[{}, {"beta": 2.0, "eps": 1e-3}],
    )  # fmt: skip


@case
def the_same_seen_from_the_other_preset() -> Document:
    made = softplus_whose_defaults_differ()
    return msgspec.structs.replace(made, preset="b")


@case
def value_used_twice_in_a_template() -> Document:
    net = Drawing("Net")
    x = net.add("drop", "Dropout", net.add("fc", "Linear", net.input("x"), out_features=8), p=0.5)
    x = net.add("square", "Square", x)
    x = net.add("noise", "AddNoise", net.add("tanh", "Tanh", net.add("more", "Linear", x, out_features=4)))
    net.output("y", net.add("norm", "Normalize", x))
    return document(net)


@case
def one_value_into_both_sides() -> Document:
    net = Drawing("Net")
    x = net.add("drop", "Dropout", net.input("x"))
    x = net.add("add", "Add", x, x)
    x = net.add("mul", "Multiply", x, net.add("fc", "Linear", x, out_features=8))
    net.output("y", net.add("cat", "Concatenate", x, x, net.add("sub", "Subtract", x, x)))
    return document(net)


# -- repeats -----------------------------------------------------------------------------------------------------------


@case
def repeat_with_keys_of_its_own() -> Document:
    net = Drawing("Net", arguments=[whole("layers", 3), whole("width", 8)])
    x = net.add("stem", "Linear", net.input("x"), out_features="=width")
    x = net.add("denselayer", "graph:Part", x, width="=width", repeat=Repeat("=layers", "{name}{i + 1}"))
    net.output("y", net.add("head", "Linear", x, out_features=3))
    return document(
        block(), net, arguments=[whole("layers", 3)], given={"layers": "=layers"}, presets=[{}, {"layers": 2}]
    )


@case
def repeat_of_fixed_number_with_keys_of_its_own() -> Document:
    net = Drawing("Net")
    x = net.add("fc", "Linear", net.input("x"), out_features="=2 * i + 4", repeat=Repeat(3, "{name}_{i}"))
    net.output("y", net.add("relu", "ReLU", x))
    return document(net)


@case
def repeat_that_grows() -> Document:
    """DenseNet's layers: what comes out is wider than what went in, copy by copy."""
    layer = Drawing("Dense", arguments=[whole("growth", 4)])
    x = layer.input("x")
    layer.output("x", layer.add("cat", "Concatenate", x, layer.add("fc", "Linear", x, out_features="=growth")))
    net = Drawing("Net", arguments=[whole("layers", 3), whole("growth", 4)])
    x = net.add(
        "denselayer", "graph:Dense", net.input("x"), growth="=growth", repeat=Repeat("=layers", "{name}{i + 1}")
    )
    x = net.add("more", "graph:Dense", x, growth=2, repeat=2)
    net.output("y", net.add("head", "Linear", x, out_features=3))
    return document(
        layer, net, arguments=[whole("layers", 3)], given={"layers": "=layers"}, presets=[{}, {"layers": 4}]
    )


@case
def repeat_of_blocks_that_take_more() -> Document:
    """A block that is no module-in-a-chain: attention, whose every copy is given a mask."""
    net = Drawing("Net")
    x = net.input("x")
    y = net.add("attn", "MultiheadAttention", x, x, x, num_heads=2, repeat=2)
    net.output("y", y)
    return document(net, shapes=[("B", 5, 8)])


@case
def repeat_of_functions() -> Document:
    net = Drawing("Net")
    x = net.add("relu", "ReLU", net.input("x"), repeat=2)
    x = net.add("drop", "Dropout", x, p="=0.1 * (i + 1)", repeat=2)
    net.output("y", net.add("soft", "Softmax", x, dim=-1, repeat=3))
    return document(net)


@case
def repeat_that_may_be_left_out() -> Document:
    net = Drawing("Net", arguments=[flag("deep", True), whole("width", 8)])
    x = net.add("stem", "Linear", net.input("x"), out_features="=width")
    x = net.add("tower", "graph:Part", x, width="=width", repeat=2, enabled="=deep")
    x = net.add("fc", "Linear", x, out_features="=width", repeat=3, enabled="=not deep")
    net.output("y", x)
    return document(
        block(), net, arguments=[flag("deep", True)], given={"deep": "=deep"}, presets=[{}, {"deep": False}]
    )


@case
def repeat_with_a_side_input_that_may_be_left_out() -> Document:
    layer = Drawing("Layer", arguments=[whole("width", 8)])
    x, memory = layer.input("x"), layer.input("memory")
    x = layer.add("fc", "Linear", layer.add("add", "Add", x, memory), out_features="=width")
    layer.output("x", x)
    net = Drawing("Net", arguments=[flag("deep", True)])
    x, memory = net.input("x"), net.input("memory")
    y = net.add("layers", "graph:Layer", wired={"x": x, "memory": memory}, width=8, repeat=2, enabled="=deep")
    net.output("y", net.add("sum", "Add", y, memory))
    return document(
        layer, net, shapes=[("B", 8), ("B", 8)], arguments=[flag("deep", True)], given={"deep": "=deep"},
        presets=[{}, {"deep": False}],
    )  # fmt: skip


@case
def repeats_one_after_the_other() -> Document:
    net = Drawing("Net", arguments=[ints("widths", (8, 6, 4))])
    x = net.add("fc", "Linear", net.input("x"), out_features="=widths[i]", repeat="=len(widths)")
    net.output("y", net.add("head", "Linear", x, out_features=2))
    return document(
        net, arguments=[ints("widths", (8, 6, 4))], given={"widths": "=widths"},
        presets=[{}, {"widths": (5, 7)}, {"widths": (4,)}],
    )  # fmt: skip


# -- scans -------------------------------------------------------------------------------------------------------------


def _cell() -> Drawing:
    cell = Drawing("Cell", arguments=[whole("size", 8)])
    x, hidden = cell.input("x"), cell.input("hidden")
    state = cell.add("rnn", "RNNCell", x, hidden, hidden_size="=size")
    cell.output("hidden", state)
    cell.output("output", cell.add("fc", "Linear", state, out_features=3))
    return cell


@case
def scan_of_which_all_is_used() -> Document:
    net = Drawing("Net")
    x, start = net.input("x"), net.input("start")
    found = net.add("cell", "graph:Cell", wired={"x": x, "hidden": start}, scan=Scan(sliced=("x",), dim=1))
    net.output("last", found["hidden"])
    net.output("all", found["output"])
    net.output("kept", start)
    return document(_cell(), net, shapes=[("B", 5, 4), ("B", 8)])


@case
def scan_backwards_that_may_be_left_out() -> Document:
    cell = Drawing("Cell", arguments=[whole("size", 4)])
    cell.output("output", cell.add("fc", "Linear", cell.input("x"), out_features="=size"))
    net = Drawing("Net", arguments=[flag("deep", True)])
    x = net.add(
        "cell", "graph:Cell", wired={"x": net.input("x")}, scan=Scan(sliced=("x",), dim=1, reverse=True),
        enabled="=deep",
    )  # fmt: skip
    net.output("y", net.add("relu", "ReLU", x))
    return document(
        cell, net, shapes=[("B", 5, 4)], arguments=[flag("deep", True)], given={"deep": "=deep"},
        presets=[{}, {"deep": False}],
    )  # fmt: skip


@case
def scan_that_counts() -> Document:
    step = Drawing("Step")
    x = step.input("x")
    step.output("x", step.add("add", "Add", x, step.add("fc", "Linear", x, out_features=8)))
    net = Drawing("Net", arguments=[whole("times", 3)])
    x = net.add("step", "graph:Step", wired={"x": net.input("x")}, scan=Scan(count="=times"))
    net.output("y", x)
    return document(step, net, arguments=[whole("times", 3)], given={"times": "=times"}, presets=[{}, {"times": 2}])


# -- nodes left out ----------------------------------------------------------------------------------------------------


@case
def muted_and_bypassed_everywhere() -> Document:
    net = Drawing("Net")
    x = net.input("x")
    first = net.add("first", "Linear", x, out_features=8)
    second = net.add("second", "Linear", first, out_features=8)
    third = net.add("third", "Linear", second, out_features=8)
    gone = net.add("gone", "Linear", second, out_features=8)
    after = net.add("after", "ReLU", gone)
    total = net.add("total", "Add", third, after, x)
    net.output("y", net.add("last", "ReLU", total))
    made = document(net)
    made = changed(made, "Net", "first", bypass=True)
    made = changed(made, "Net", "third", bypass=True)
    made = changed(made, "Net", "gone", mute=True)
    return changed(made, "Net", "last", bypass=True)


@case
def bypassed_to_the_input() -> Document:
    net = Drawing("Net")
    net.output("y", net.add("only", "Linear", net.input("x"), out_features=8))
    return changed(document(net), "Net", "only", bypass=True)


@case
def bypass_in_a_chain_and_of_a_repeat() -> Document:
    chain = Drawing("Chain", sequential=True)
    x = chain.add("0", "Linear", chain.input("x"), out_features=8)
    x = chain.add("1", "ReLU", x)
    chain.output("output", chain.add("2", "Linear", x, out_features=8))
    net = Drawing("Net")
    x = net.add("body", "graph:Chain", net.input("x"))
    net.output("y", net.add("tower", "Linear", x, out_features=8, repeat=2))
    made = changed(document(chain, net), "Chain", "1", bypass=True)
    return changed(made, "Net", "tower", bypass=True)


@case
def what_may_be_left_out_feeds_what_may_be_left_out() -> Document:
    net = Drawing("Net", arguments=[flag("a", True), flag("b", False)])
    x = net.input("x")
    y = net.add("fc1", "Linear", x, out_features=8, enabled="=a")
    z = net.add("sum", "Add", y, x, enabled="=b")
    w = net.add("relu", "ReLU", z, enabled="=a and b")
    net.output("y", net.add("out", "Multiply", w, y, enabled="=a or b"))
    return document(
        net, arguments=[flag("a", True), flag("b", False)], given={"a": "=a", "b": "=b"},
        presets=[{}, {"b": True}, {"a": False}, {"a": False, "b": True}],
    )  # fmt: skip


@case
def left_out_in_a_chain() -> Document:
    chain = Drawing("Chain", sequential=True, arguments=[flag("norm", True), flag("bend", True)])
    x = chain.add("fc", "Linear", chain.input("x"), out_features=8)
    x = chain.add("norm", "LayerNorm", x, enabled="=norm")
    chain.output("output", chain.add("bend", "ReLU", x, enabled="=bend"))
    net = Drawing("Net", arguments=[flag("norm", True), flag("bend", True)])
    net.output("y", net.add("body", "graph:Chain", net.input("x"), norm="=norm", bend="=bend"))
    return document(
        chain, net, arguments=[flag("norm", True), flag("bend", True)], given={"norm": "=norm", "bend": "=bend"},
        presets=[{}, {"norm": False}, {"bend": False}],
    )  # fmt: skip


@case
def two_outputs_one_left_out() -> Document:
    pair = Drawing("Pair")
    a, b = pair.input("a"), pair.input("b")
    pair.output("a", pair.add("fc", "Linear", a, out_features=8))
    pair.output("b", pair.add("relu", "ReLU", b))
    net = Drawing("Net")
    a, b = net.input("a"), net.input("b")
    found = net.add("pair", "graph:Pair", wired={"a": a, "b": b})
    again = net.add("again", "graph:Pair", wired={"a": found["b"], "b": found["a"]})
    third = net.add("third", "graph:Pair", wired={"a": found["a"], "b": again["b"]})
    net.output("a", net.add("sum", "Add", third["a"], again["a"], found["b"]))
    net.output("b", third["b"])
    return document(pair, net, shapes=[("B", 8), ("B", 8)])


# -- wires straight through --------------------------------------------------------------------------------------------


@case
def inputs_straight_to_outputs() -> Document:
    swap = Drawing("Swap")
    a, b = swap.input("a"), swap.input("b")
    swap.output("first", b)
    swap.output("second", a)
    swap.output("third", a)
    net = Drawing("Net")
    a, b = net.input("a"), net.input("b")
    found = net.add("swap", "graph:Swap", wired={"a": a, "b": b})
    net.output("b", a)
    net.output("a", net.add("fc", "Linear", found["first"], out_features=2))
    net.output("c", net.add("sub", "Subtract", found["second"], found["third"]))
    return document(swap, net, shapes=[("B", 8), ("B", 4)])


@case
def an_input_that_nothing_takes() -> Document:
    net = Drawing("Net")
    x = net.input("x")
    net.input("unused")
    net.output("y", net.add("fc", "Linear", x, out_features=2))
    return document(net, shapes=[("B", 8), ("B", 4)])


# -- names -------------------------------------------------------------------------------------------------------------


@case
def names_that_are_taken() -> Document:
    net = Drawing("Net", arguments=[whole("width", 8), real("p", 0.5), whole("n", 3)])
    x = net.add("torch", "Linear", net.input("image"), out_features="=width")
    y = net.add("x", "Linear", x, out_features="=width")
    y = net.add("F", "GELU", y)
    y = net.add("Tensor", "Dropout", net.add("nn", "Add", x, y), p="=p")
    y = net.add("math", "Sigmoid", net.add("i", "Linear", y, out_features="=n", repeat=2))
    y = net.add("block", "graph:Part", y, width="=n + 1", repeat=2)
    net.output("list", net.add("p", "Softplus", y))
    net.output("x", net.add("input", "Softmax", y, dim=-1))
    return document(block(), net)


@case
def node_and_kept_argument_of_one_name() -> Document:
    net = Drawing("Net", arguments=[real("dropout", 0.2), real("scale", 2.0), whole("features", 4)])
    x = net.add("features", "Linear", net.input("x"), out_features="=features")
    x = net.add("scale", "Scale", x, scale="=scale")
    x = net.add("dropout", "Dropout", x, p="=dropout")
    net.output("y", net.add("again", "Reshape", x, shape="=(-1, features)"))
    return document(net, arguments=[real("scale", 2.0)], given={"scale": "=scale"}, presets=[{}, {"scale": 3.0}])


@case
def argument_called_like_an_attribute() -> Document:
    net = Drawing("Net", arguments=[real("training", 2.0), real("forward", 0.5)])
    x = net.add("a", "Scale", net.input("x"), scale="=training")
    net.output("y", net.add("b", "Scale", x, scale="=forward"))
    return document(net)


# -- modules, cases, ties, shares --------------------------------------------------------------------------------------


@case
def cases_of_different_weights() -> Document:
    bend = Drawing("Bend", arguments=[whole("width", 8)])
    bend.output("output", bend.add("fc", "Linear", bend.input("input"), out_features="=width"))
    net = Drawing("Net", arguments=[choice("norm", "layer", "layer", "batch", "none"), whole("width", 8)])
    x = net.add("fc", "Linear", net.input("x"), out_features="=width")
    x = net.add(
        "norm", "Identity", x,
        cases=[Case("=norm == 'layer'", use("LayerNorm")), Case("=norm == 'batch'", use("BatchNorm1d"))],
    )  # fmt: skip
    x = net.add(
        "body", "Linear", x, out_features="=width",
        cases=[Case("=norm == 'none'", use("graph:Bend"), {"width": "=width"})],
    )  # fmt: skip
    net.output("y", x)
    return document(
        bend, net, arguments=[choice("norm", "layer", "layer", "batch", "none")], given={"norm": "=norm"},
        presets=[{}, {"norm": "batch"}, {"norm": "none"}],
    )  # fmt: skip


@case
def cases_of_functions() -> Document:
    net = Drawing("Net", arguments=[choice("bend", "relu", "relu", "square", "tanh")])
    x = net.add("fc", "Linear", net.input("x"), out_features=8)
    x = net.add(
        "bend", "ReLU", x, cases=[Case("=bend == 'square'", use("Square")), Case("=bend == 'tanh'", use("Tanh"))]
    )
    net.output("y", x)
    return document(
        net, arguments=[choice("bend", "relu", "relu", "square", "tanh")], given={"bend": "=bend"},
        presets=[{}, {"bend": "square"}, {"bend": "tanh"}],
    )  # fmt: skip


@case
def ties_into_graphs_and_repeats() -> Document:
    net = Drawing("Net")
    x = net.add("tower", "graph:Part", net.input("x"), width=8, repeat=2)
    x = net.add("single", "graph:Part", x, width=8)
    x = net.add("first", "Linear", x, out_features=8, ties={"weight": "tower.1.fc.weight"})
    net.output("y", net.add("second", "Linear", x, out_features=8, ties={"bias": "single.fc.bias"}))
    return document(block(), net)


@case
def shares_of_blocks_graphs_and_repeats() -> Document:
    net = Drawing("Net")
    x = net.add("fc", "Linear", net.input("x"), out_features=8)
    x = net.add("fc_again", "Linear", x, out_features=8, shares_with="fc")
    x = net.add("part", "graph:Part", x, width=8)
    x = net.add("part_again", "graph:Part", x, width=8, shares_with="part")
    net.output("y", net.add("bend", "ReLU", x))
    return document(block(), net)


# -- sizes -------------------------------------------------------------------------------------------------------------


@case
def equal_numbers_of_different_origin() -> Document:
    part = Drawing("Part", arguments=[whole("a", 8), whole("b", 8)])
    x = part.add("one", "Linear", part.input("x"), out_features="=a")
    y = part.add("two", "Linear", x, out_features="=b")
    part.output("output", part.add("cat", "Concatenate", x, y))
    net = Drawing("Net", arguments=[whole("width", 8)])
    x = net.add("p1", "graph:Part", net.input("x"), a="=width", b=8)
    x = net.add("p2", "graph:Part", x, a=8, b="=width")
    net.output("y", net.add("head", "Linear", x, out_features="=x.features"))
    return document(part, net, arguments=[whole("width", 8)], given={"width": "=width"}, presets=[{}, {"width": 6}])


@case
def no_expression_is_right_for_both() -> Document:
    part = Drawing("Part", arguments=[flag("wide", False)])
    x = part.input("x")
    y = part.add("pool", "AdaptiveAvgPool2d", x, output_size=2)
    y = part.add("conv", "Conv2d", y, out_channels="=9 if wide else x.channels + 2", kernel_size=1)
    y = part.add("flat", "Flatten", y)
    part.output("output", part.add("fc", "Linear", y, out_features=3))
    net = Drawing("Net")
    x = net.input("x")
    a = net.add("a", "graph:Part", x, wide=True)
    b = net.add("b", "graph:Part", net.add("conv", "Conv2d", x, out_channels=5, kernel_size=3))
    net.output("y", net.add("sum", "Add", a, b))
    return document(part, net, shapes=[("B", 3, 8, 8)])


@case
def one_graph_for_rows_and_for_sequences() -> Document:
    net = Drawing("Net")
    x = net.add("row", "graph:Part", net.input("x"), width=6)
    y = net.add("sequence", "graph:Part", net.input("sequence"), width=4)
    net.output("x", x)
    net.output("y", net.add("again", "graph:Part", y, width=3))
    return document(block(), net, shapes=[("B", 8), ("B", "T", 5)])


@case
def enabled_nowhere() -> Document:
    """No preset has it, but the argument is there: who sets it must get the layers."""
    net = Drawing("Net", arguments=[flag("deep", False), choice("bend", "relu", "relu", "part")])
    x = net.add("fc", "Linear", net.input("x"), out_features=8)
    x = net.add("more", "graph:Part", x, width=8, enabled="=deep")
    x = net.add("bend", "ReLU", x, cases=[Case("=bend == 'part'", use("graph:Bend"))])
    net.output("y", x)
    bend = Drawing("Bend")
    bend.output("output", bend.add("fc", "Linear", bend.input("input"), out_features="=input.features"))
    return document(
        block(), bend, net,
        arguments=[flag("deep", False), choice("bend", "relu", "relu", "part")],
        given={"deep": "=deep", "bend": "=bend"},
    )  # fmt: skip


@case
def lists_that_are_joined() -> Document:
    """No checker lets a tuple be added to what may be any sequence, and no list can be added to a tuple."""
    part = Drawing("Part", arguments=[ints("widths", (8, 4))])
    x = part.add("fc", "Linear", part.input("x"), out_features="=sum(widths[1:] + (3,)) + len(widths + widths)")
    part.output("y", part.add("norm", "LayerNorm", x))
    net = Drawing("Net", arguments=[ints("widths", (8, 4))])
    x = net.add("a", "graph:Part", net.input("x"), widths="=widths + widths[:1]")
    net.output("y", net.add("b", "graph:Part", x, widths="=(widths if len(widths) > 1 else (2,)) + (2, 3)"))
    given = {"widths": "=widths + (7,)"}
    return document(part, net, arguments=[ints("widths", (5, 6))], given=given, presets=[{}])


@case
def ports_in_capitals() -> Document:
    """Variables are in small letters; what a name would then hide gets another."""
    part = Drawing("Part")
    first, second, third = part.input("W"), part.input("w"), part.input("Self")
    x = part.add("FC", "Linear", part.add("SUM", "Add", first, second, third), out_features=8)
    part.output("For", x)
    net = Drawing("Net")
    x, y = net.input("X"), net.input("Input")
    net.output("Y", net.add("part", "graph:Part", x, y, net.add("T", "Add", x, y)))
    return document(part, net, shapes=[("B", 8), ("B", 8)])
