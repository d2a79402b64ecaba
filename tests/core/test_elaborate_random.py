"""Random edits, elaborated with what the elaborations before them left, give what elaborating from nothing gives."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from app.core import arguments as arguments_of
from app.core import edits, grouping, structure
from app.core import settings as recipes
from app.core.block import Block, Expression, Library, port
from app.core.changes import EditError, with_graph
from app.core.document import (
    BOUNDARY,
    Argument,
    Case,
    DataSource,
    Document,
    Edge,
    End,
    Evaluation,
    Graph,
    GraphPort,
    InputType,
    Kind,
    Model,
    Node,
    Phase,
    Preset,
    Preview,
    Recipe,
    Repeat,
    Scan,
    Stage,
    Use,
)
from app.core.draw import Drawing, choice, flag, graphs, real, use, whole
from app.core.elaborate import Elaboration, GraphResult, elaborate, state_of
from app.core.tensor_type import ModuleType, TensorType
from blocks import library


@dataclass(frozen=True, kw_only=True)
class Called(Block):
    """Calls the module that it is given."""

    inputs = (port("model", module=True), port("input"))

    def infer(self, model: Any, input: TensorType) -> Any:
        return model.call((input,))[0]

    def call(self, model: Any, input: TensorType) -> Expression:
        return Expression("model(input)")


def blocks() -> Library:
    base = library()
    return Library({**base._loaders, "called": lambda: Called}, {**base._families, "called": "test"})


LIBRARY = blocks()


def start() -> Document:
    """Repeats in repeats, alternatives, a condition, a scan, models called and given away, two presets."""
    cell = Drawing("Cell", arguments=[whole("width", 8)])
    x, h = cell.input("x"), cell.input("h")
    from_x = cell.add("from_x", "Linear", x, out_features="=width")
    cell.output("h", cell.add("sum", "Add", from_x, cell.add("from_h", "Linear", h, out_features="=width")))

    inner = Drawing("Inner", arguments=[whole("width", 8), flag("deep"), choice("act", "relu", "relu", "tanh")])
    x = inner.input("x")
    y = inner.add("fc", "Linear", x, out_features="=width")
    y = inner.add("act", "ReLU", y, cases=[Case("act == 'tanh'", use("Tanh"))])
    y = inner.add("more", "Linear", y, out_features="=width * 2 if deep else x.features", enabled="=deep")
    inner.output("y", inner.add("drop", "Dropout", y, p=0.5))

    outer = Drawing("Outer", arguments=[whole("width", 8), whole("count", 2)])
    x = outer.input("x")
    x = outer.add("parts", "graph:Inner", x, width="=width + i", repeat=Repeat("=count"))
    outer.output("y", outer.add("last", "graph:Inner", x, width="=width", act="tanh"))

    net = Drawing("Net", arguments=[whole("classes", 10), whole("width", 8), real("rate", 0.1)])
    x = net.input("x")
    y = net.add("parts", "graph:Outer", x, width="=width", repeat=Repeat(2))
    y = net.add("drop", "Dropout", y, p="=rate")
    h = net.add("begin", "Linear", net.add("mean", "Mean", y, dim=(1,)), out_features="=width")
    h = net.add("cell", "graph:Cell", y, h, width="=width", scan=Scan(("x",), 1))
    net.output("y", net.add("head", "Linear", h, out_features="=classes"))

    step = Drawing("Step")
    image, label = step.input("image"), step.input("label")
    y = step.add("net", "model:net", step.add("rows", "Unflatten", image, dim=1, unflattened_size=(8, 8)))
    step.output("loss", step.add("loss", "CrossEntropyLoss", y, label))
    step.output("accuracy", step.add("accuracy", "Accuracy", y, label))

    test = Drawing("Test")
    image, label = test.input("image"), test.input("label")
    y = test.add("net", "model:net", test.add("rows", "Unflatten", image, dim=1, unflattened_size=(8, 8)))
    test.output("accuracy", test.add("accuracy", "Accuracy", y, label))

    look = Drawing("Look", arguments=[whole("size", 8)])
    image = look.input("image")
    rows = look.add("rows", "Unflatten", image, dim=1, unflattened_size=(8, "=size"))
    model, part = look.add("net", "model:net", output="self"), look.add("part", "graph:Inner", output="self", width=8)
    look.output("y", look.add("called", "Called", model, look.add("again", "Called", part, rows)))
    data = DataSource("Digits", {"flat": True})
    recipe = Recipe(
        data=data,
        stages=(Stage(phases=(Phase(name="learn", step="Step", models=("net",)),)),),
        evaluations=(Evaluation(name="test", graph="Test"),),
        previews=(Preview(name="look", graph="Look", show="curve"),),
    )
    return Document(
        arguments=(whole("width", 8, low=1), whole("features", 8)),
        graphs=graphs(LIBRARY, net, outer, inner, cell, step, test, look, models={"net": "Net"}),
        models={
            "net": Model(
                name="net",
                graph="Net",
                arguments={"width": "=width"},
                inputs={"x": InputType(("B", 8, "=features"))},
            )
        },
        recipe=recipe,
        presets={
            "wide": Preset(name="wide", arguments={"width": 12}, recipe={"stages.train.steps": 10}),
            "thin": Preset(name="thin", arguments={"width": 2}, data=DataSource("Digits", {"flat": True, "size": 8})),
        },
        preset="wide",
    )


# -- what an elaboration says --------------------------------------------------------------------------------------


def shown(value: Any) -> Any:
    if isinstance(value, ModuleType):
        return str(value)
    if isinstance(value, tuple):
        return tuple(shown(item) for item in value)
    if isinstance(value, Mapping):
        return {key: shown(item) for key, item in value.items()}
    return repr(value)


class Seen:
    """Everything that can be read off an elaboration, as plain values."""

    def __init__(self) -> None:
        self.instances: dict[int, Any] = {}

    def graph(self, result: GraphResult) -> Any:
        if id(result) not in self.instances:
            self.instances[id(result)] = {
                "arguments": shown(result.arguments),
                "inputs": shown(result.inputs),
                "outputs": shown(result.outputs),
                "totals": result.totals,
                "problems": {repr(problem) for problem in result.problems},
                "nodes": {key: self.node(result, key) for key in result.graph.nodes},
            }
        return self.instances[id(result)]

    def node(self, result: GraphResult, key: str) -> Any:
        found = result.nodes[key]
        assert found.node == result.graph.nodes[key]
        units = [
            (shown(u.inputs), shown(u.outputs), repr(u.block), u.instance and self.graph(u.instance), u.totals)
            for u in found.units
        ]
        wires = {port: shown(found.outputs.get(port)) for port in found.outputs}
        return shown(found.inputs), wires, found.active, repr(found.block), units, found.totals, repr(found.problem)

    def all(self, elaboration: Elaboration) -> Any:
        return {
            "values": shown(elaboration.values),
            "totals": elaboration.totals,
            "problems": {repr(problem) for problem in elaboration.problems},
            "models": {name: self.graph(result) for name, result in elaboration.models.items()},
            "steps": {name: self.graph(result) for name, result in elaboration.steps.items()},
            "views": {name: self.graph(result) for name, result in elaboration.views.items()},
            "state": {name: shown(state_of(result)) for name, result in elaboration.models.items()},
        }


# -- edits -----------------------------------------------------------------------------------------------------------

VALUES: list[Any] = [
    1, 1.0, True, 8, 16, 0, -1, 0.25, "relu", "tanh", None, (1,), (8, 8), (8, 4), (4, "=width"), 2**60, "=", "=(",
    "=width", "=width * 2", "=width / 2", "=x.features", "=i + 1", "=1 // 0", "=nothing", "=count", "=rate", "=deep",
    "=width + depth",
]  # fmt: skip
NAMES = ["fc", "act", "head", "1", "self", "forward", "parts", "class", "net", "x", "cell"]
PORTS = ["input", "inputs", "output", "x", "y", "h", "self", "label", "loss", "model"]
USES = [
    Use(Kind.BLOCK, "Linear"), Use(Kind.BLOCK, "ReLU"), Use(Kind.BLOCK, "Add"), Use(Kind.BLOCK, "Missing"),
    Use(Kind.GRAPH, "Inner"), Use(Kind.GRAPH, "Cell"), Use(Kind.GRAPH, "Net"), Use(Kind.MODEL, "net"),
    Use(Kind.GRAPH, "Gone"), Use(Kind.MODEL, "gone"),
]  # fmt: skip
CONDITIONS = [None, "=deep", "=width > 4", "=x.features == 8", "=1 // 0", "=depth > 1"]
Edit = Callable[[Document, int, int, int], Document]


def of(items: Any, number: int) -> Any:
    found = list(items)
    return found[number % len(found)] if found else None


def node_edit(change: Callable[[Node, int], Node]) -> Edit:
    def edit(document: Document, a: int, b: int, c: int) -> Document:
        graph = of(document.graphs.values(), a)
        node = of(graph.nodes.values(), b) if graph is not None else None
        if node is None:
            return document
        return with_graph(document, replace(graph, nodes={**graph.nodes, node.id: change(node, c)}))

    return edit


def graph_edit(change: Callable[[Graph, int, int], Graph]) -> Edit:
    def edit(document: Document, a: int, b: int, c: int) -> Document:
        graph = of(document.graphs.values(), a)
        return document if graph is None else with_graph(document, change(graph, b, c))

    return edit


def set_argument(node: Node, c: int) -> Node:
    name = of([*node.arguments, "out_features", "width", "unknown"], c)
    return replace(node, arguments={**node.arguments, name: of(VALUES, c // 7)})


def set_cases(node: Node, c: int) -> Node:
    when = of(CONDITIONS[1:], c)
    return replace(node, cases=(Case(when, of(USES, c // 3), {}),) if c % 3 else ())


def set_scan(node: Node, c: int) -> Node:
    return replace(node, scan=of([None, Scan(("x",), c % 3), Scan((), 1, of(VALUES, c)), Scan(("gone",))], c // 2))


def set_ties(node: Node, c: int) -> Node:
    return replace(node, ties=of([{}, {"weight": "fc.weight"}, {"fc.weight": "more.weight"}, {"bias": "head.bias"}], c))


NODE_EDITS: list[Edit] = [
    node_edit(set_argument),
    node_edit(set_argument),
    node_edit(set_cases),
    node_edit(set_scan),
    node_edit(set_ties),
    node_edit(lambda node, c: replace(node, use=of(USES, c))),
    node_edit(lambda node, c: replace(node, name=of(NAMES, c))),
    node_edit(lambda node, c: replace(node, enabled=of(CONDITIONS, c))),
    node_edit(lambda node, c: replace(node, bypass=bool(c % 2))),
    node_edit(lambda node, c: replace(node, mute=bool(c % 2))),
    node_edit(lambda node, c: replace(node, note=str(c))),
    node_edit(lambda node, c: replace(node, shares=of([None, "fc", "head", "cell", node.id, "gone"], c))),
    node_edit(lambda node, c: replace(node, repeat=of([None, Repeat(2), Repeat(3, "{name}{i}"), Repeat("=width")], c))),
    node_edit(lambda node, c: replace(node, repeat=Repeat(of(VALUES, c)))),
]


def wire(graph: Graph, b: int, c: int) -> Graph:
    ends = [*graph.nodes, BOUNDARY]
    ports = [port.name for port in (*graph.inputs, *graph.outputs)] + PORTS
    source, target = End(of(ends, b), of(ports, b // 5)), End(of(ends, c), of(ports, c // 5))
    return replace(graph, edges=(*graph.edges, Edge(source, target, b % 3)))


def unwire(graph: Graph, b: int, c: int) -> Graph:
    return replace(graph, edges=tuple(edge for i, edge in enumerate(graph.edges) if i != b % len(graph.edges)))


def rewire(graph: Graph, b: int, c: int) -> Graph:
    ends = [End(node, of(["output", "y", "h", "self"], c)) for node in graph.nodes]
    edges = [
        replace(edge, source=of(ends, c)) if i == b % len(graph.edges) else edge for i, edge in enumerate(graph.edges)
    ]
    return replace(graph, edges=tuple(edges))


def set_declared(graph: Graph, b: int, c: int) -> Graph:
    made = of([whole("depth", 2), real("rate", 1.0), whole("width", 3), flag("deep", True), Argument(name="count")], b)
    others = tuple(argument for argument in graph.arguments if argument.name != made.name)
    return replace(graph, arguments=(*others, replace(made, default=of(VALUES, c)) if c % 2 else made))


def drop_node(graph: Graph, b: int, c: int) -> Graph:
    return replace(graph, nodes={key: node for i, (key, node) in enumerate(graph.nodes.items()) if i != b % 9})


GRAPH_EDITS: list[Edit] = [
    graph_edit(wire),
    graph_edit(lambda graph, b, c: unwire(graph, b, c) if graph.edges else graph),
    graph_edit(lambda graph, b, c: rewire(graph, b, c) if graph.edges and graph.nodes else graph),
    graph_edit(set_declared),
    graph_edit(lambda graph, b, c: replace(graph, arguments=graph.arguments[: c % 3])),
    graph_edit(drop_node),
    graph_edit(lambda graph, b, c: replace(graph, sequential=not graph.sequential)),
    graph_edit(
        lambda graph, b, c: replace(graph, inputs=(*graph.inputs, GraphPort(of(PORTS, c), "", False, b % 2 > 0)))
    ),
    graph_edit(lambda graph, b, c: replace(graph, inputs=graph.inputs[1:])),
    graph_edit(lambda graph, b, c: replace(graph, inputs=graph.inputs[::-1])),
    graph_edit(lambda graph, b, c: replace(graph, outputs=(*graph.outputs, GraphPort(of(PORTS, c))))),
    graph_edit(lambda graph, b, c: replace(graph, nodes=dict([*graph.nodes.items()][::-1]))),
]


def drop_graph(document: Document, a: int, b: int, c: int) -> Document:
    gone = of(document.graphs, a)
    return replace(document, graphs={name: graph for name, graph in document.graphs.items() if name != gone})


def set_model(document: Document, a: int, b: int, c: int) -> Document:
    if b % 5 == 0:
        return replace(
            document, models={} if a % 3 == 0 else {**document.models, "gone": Model(name="gone", graph="Cell")}
        )
    model = of(document.models.values(), a)
    if model is None:
        return document
    changes = [
        {"arguments": {"width": of(VALUES, c)}},
        {"arguments": {"rate": of(VALUES, c), "unknown": 3} if c % 2 else {}},
        {"inputs": {"x": InputType(("B", of([8, 4, "T", "=width", "=gone"], c), "=features"))}},
        {"graph": of(["Net", "Inner", "Gone", "Outer"], c)},
    ]
    return replace(document, models={**document.models, model.name: replace(model, **of(changes, b))})


def set_document(document: Document, a: int, b: int, c: int) -> Document:
    arguments = [whole("width", of(VALUES, c), low=1), whole("features", of([8, 8, 4, 1.0], b))]
    return replace(document, arguments=tuple(arguments[: 2 if a % 4 else 1]))


def set_recipe(document: Document, a: int, b: int, c: int) -> Document:
    assert document.recipe is not None
    phase = Phase(name="learn", step=of(["Step", "Test", "Gone"], b), models=("net",), every=of(VALUES, c))
    changes: list[dict[str, Any]] = [
        {"stages": (Stage(phases=(phase,)),)},
        {"data": DataSource("Digits", {"flat": bool(b % 2), "size": of([8, 4, "=width"], c)})},
        {"data": DataSource(of(["Digits", "Linear", "Gone"], b), {"flat": True})},
        {"evaluations": (Evaluation(name="test", graph=of(["Test", "Step", "Look"], b)),)},
        {"previews": (Preview(name="look", graph="Look", show="curve", arguments={"size": of(VALUES, c)}),)},
    ]
    return replace(document, recipe=replace(document.recipe, **of(changes, a)))


def set_preset(document: Document, a: int, b: int, c: int) -> Document:
    paths = ["stages.train.steps", "stages.train.learn.step", "stages", "gone", "data.size", "evaluations.test.graph"]
    made = Preset(
        name="wide", arguments={of(["width", "gone"], a): of(VALUES, b)}, recipe={of(paths, c): of(VALUES, b)}
    )
    return replace(document, presets={**document.presets, "wide": made})


def choose_preset(document: Document, a: int, b: int, c: int) -> Document:
    return replace(document, preset=of(["wide", "thin", "gone", ""], a))


def by_hand(change: Callable[[Document, str, Node, int], Any]) -> Edit:
    """An edit as the window makes it; one that it refuses changes nothing."""

    def edit(document: Document, a: int, b: int, c: int) -> Document:
        graph = of(document.graphs.values(), a)
        node = of(graph.nodes.values(), b) if graph is not None else None
        if node is None:
            return document
        try:
            made: Document = change(document, graph.name, node, c).document
        except EditError:
            return document
        return made

    return edit


def group(document: Document, graph: str, node: Node, c: int) -> Any:
    chosen = {node.id, of(document.graphs[graph].nodes, c)}
    return grouping.group(document, graph, chosen, f"Part{c % 3}")


HAND_EDITS: list[Edit] = [
    by_hand(group),
    by_hand(lambda d, graph, node, c: grouping.ungroup(d, graph, node.id)),
    by_hand(lambda d, graph, node, c: edits.remove_nodes(d, graph, [node.id], heal=True)),
    by_hand(lambda d, graph, node, c: edits.set_argument(d, graph, node.id, "p", 0.1 * (c % 9))),
    by_hand(lambda d, graph, node, c: edits.add_node(d, graph, of(USES, c))),
    by_hand(lambda d, graph, node, c: edits.rename_node(d, graph, node.id, of(NAMES, c))),
    by_hand(lambda d, graph, node, c: structure.rename_graph(d, graph, of(["Net", "Other", "Inner"], c))),
    by_hand(lambda d, graph, node, c: structure.rename_port(d, graph, "inputs", "x", of(PORTS, c))),
    by_hand(lambda d, graph, node, c: arguments_of.rename_argument(d, graph, "width", of(["depth", "width"], c))),
    by_hand(lambda d, graph, node, c: recipes.set_preset_argument(d, "thin", "width", c % 9)),
]
DOCUMENT_EDITS: list[Edit] = [drop_graph, set_model, set_document, set_recipe, set_preset, choose_preset]
EDITS = [*NODE_EDITS, *GRAPH_EDITS, *DOCUMENT_EDITS, *HAND_EDITS]
numbers = st.integers(0, 200)
steps = st.lists(st.tuples(st.integers(0, len(EDITS) + 3), numbers, numbers, numbers), min_size=1, max_size=12)


def follow(changes: list[tuple[int, int, int, int]], document: Document) -> None:
    """Do the edits one after the other; the last numbers go back in time instead, as undo and redo do."""
    past = [document]
    before = elaborate(document, LIBRARY)
    for which, a, b, c in changes:
        document = past[a % len(past)] if which >= len(EDITS) else EDITS[which](past[-1], a, b, c)
        past.append(document)
        preset = of([None, None, None, "thin", "wide"], b)
        before = elaborate(document, LIBRARY, preset, before)
        assert Seen().all(before) == Seen().all(elaborate(document, LIBRARY, preset))


def test_the_document_begins_sound() -> None:
    found = elaborate(start(), LIBRARY)
    assert found.problems == ()
    assert found.views.keys() == start().graphs.keys()


@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps)
def test_what_was_remembered_is_never_stale(changes: list[tuple[int, int, int, int]]) -> None:
    follow(changes, start())
