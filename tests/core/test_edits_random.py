"""Random sequences of edits keep a document whole, and undo takes each of them back."""

from __future__ import annotations

from typing import Any

import networkx
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from msgspec.structs import replace

from app.core import arguments as arguments_of
from app.core import clipboard, edits, grouping, placing, structure
from app.core import settings as recipes
from app.core.changes import Changed, EditError, goes_round, ports_of
from app.core.document import BOUNDARY, Argument, Document, End, Frame, Graph, GraphPort, Kind, Model, Repeat, Use
from app.core.files import decode, encode
from app.core.history import History
from app.core.names import why_not_attribute
from app.core.references import each_node

names = st.sampled_from(["conv", "bn", "relu", "fc", "head", "stem"])
values = st.integers(-5, 99) | st.sampled_from(["=width", "=width * 2 + x.channels", (1, 2), True, None, 0.5])


def start() -> Document:
    net = Graph(
        name="Net",
        arguments=(Argument(name="width", default=8),),
        inputs=(GraphPort("x"),),
        outputs=(GraphPort("y"),),
    )
    return Document(graphs={"Net": net}, models={"net": Model(name="net", graph="Net")})


def check(document: Document) -> None:
    for key, graph in document.graphs.items():
        assert graph.name == key
        called = [node.name for node in graph.nodes.values() if node.shares is None]
        assert len(set(called)) == len(called)
        inputs = {port.name for port in graph.inputs}
        outputs = {port.name for port in graph.outputs}
        for identity, node in graph.nodes.items():
            assert node.id == identity
            assert "." not in identity
            assert why_not_attribute(node.name) is None
            assert node.use.kind is not Kind.GRAPH or node.use.name in document.graphs
        for edge in graph.edges:
            assert edge.source.node in graph.nodes or (edge.source.node == BOUNDARY and edge.source.port in inputs)
            assert edge.target.node in graph.nodes or (edge.target.node == BOUNDARY and edge.target.port in outputs)
        assert not goes_round(graph)
        layout = document.layout.get(key)
        if layout is not None:
            assert {name for name in layout.positions if not name.startswith("@")} <= set(graph.nodes)
            assert all(set(frame.nodes) <= set(graph.nodes) for frame in layout.frames)
    assert all(model.graph in document.graphs for model in document.models.values())
    data = encode(document)
    assert decode(data) == document
    assert encode(decode(data)) == data


class Editing(RuleBasedStateMachine):
    """A user with no plan."""

    @initialize()
    def begin(self) -> None:
        self.history = History(start())
        self.visited = [self.history.document]
        self.refusals: list[str] = []

    def do(self, edit: Any, *arguments: Any, **more: Any) -> None:
        before = self.history.document
        frozen = encode(before)
        try:
            changed = edit(before, *arguments, **more)
        except EditError as refusal:
            self.refusals.append(str(refusal))
        else:
            assert isinstance(changed, Changed)
            assert changed.label
            assert all(
                changed.document.graphs[key] is graph
                for key, graph in before.graphs.items()
                if key in changed.document.graphs and changed.document.graphs[key] == graph
            )
            if changed.document is not before:
                del self.visited[self.visited.index(before) + 1 :]
                self.visited.append(changed.document)
            self.history.push(changed.document, changed.label)
        assert encode(before) == frozen

    def pick(self, data: Any, count: int = 1) -> tuple[str, list[str]] | None:
        document = self.history.document
        graph = data.draw(st.sampled_from(sorted(document.graphs)))
        inside = list(document.graphs[graph].nodes)
        if not inside:
            return None
        return graph, data.draw(st.lists(st.sampled_from(inside), min_size=1, max_size=count, unique=True))

    @rule(data=st.data(), block=st.sampled_from(["Conv2d", "ReLU", "Linear"]), x=st.integers(0, 500))
    def add(self, data: Any, block: str, x: int) -> None:
        graph = data.draw(st.sampled_from(sorted(self.history.document.graphs)))
        self.do(edits.add_node, graph, Use(Kind.BLOCK, block), position=(float(x), 0.0))

    @rule(data=st.data())
    def add_instance(self, data: Any) -> None:
        graphs = sorted(self.history.document.graphs)
        use = Use(Kind.GRAPH, data.draw(st.sampled_from(graphs)))
        self.do(edits.add_node, data.draw(st.sampled_from(graphs)), use)

    @rule(data=st.data(), variadic=st.booleans())
    def connect(self, data: Any, variadic: bool) -> None:
        found = self.pick(data, 2)
        if found is None:
            return
        graph, nodes = found
        place = self.history.document.graphs[graph]

        def port(node: str, incoming: bool) -> str:
            ports = ports_of(self.history.document, place.nodes[node], incoming=incoming)
            return "port" if ports is None else data.draw(st.sampled_from([p.name for p in ports] or ["none"]))

        source = data.draw(
            st.sampled_from([*(End(BOUNDARY, p.name) for p in place.inputs), End(nodes[0], port(nodes[0], False))])
        )
        target = data.draw(
            st.sampled_from([*(End(BOUNDARY, p.name) for p in place.outputs), End(nodes[-1], port(nodes[-1], True))])
        )
        self.do(edits.connect, graph, source, target, variadic=variadic and target.node != BOUNDARY)

    @rule(data=st.data(), heal=st.booleans())
    def remove(self, data: Any, heal: bool) -> None:
        if found := self.pick(data, 2):
            self.do(edits.remove_nodes, *found, heal=heal)

    @rule(data=st.data(), value=values, name=names)
    def arguments(self, data: Any, value: Any, name: str) -> None:
        if found := self.pick(data):
            graph, (node, *_) = found
            self.do(edits.set_argument, graph, node, data.draw(st.sampled_from(["out", "size"])), value)
            self.do(edits.rename_node, graph, node, name)

    @rule(data=st.data(), count=st.none() | st.integers(0, 4), flag=st.booleans())
    def uses(self, data: Any, count: int | None, flag: bool) -> None:
        if found := self.pick(data):
            graph, (node, *_) = found
            if count is None or count > 2:
                self.do(edits.set_repeat, graph, node, count and Repeat(count))
            else:
                self.do(edits.set_mute, graph, node, flag)

    @rule(data=st.data(), name=names)
    def wires(self, data: Any, name: str) -> None:
        graph = data.draw(st.sampled_from(sorted(self.history.document.graphs)))
        wires = self.history.document.graphs[graph].edges
        if wires:
            edge = data.draw(st.sampled_from(wires))
            self.do(edits.insert_on_edge, graph, edge, Use(Kind.BLOCK, "ReLU"))
            self.do(edits.disconnect, graph, edge)

    @rule(data=st.data())
    def copies(self, data: Any) -> None:
        if found := self.pick(data, 3):
            self.do(clipboard.duplicate, *found)
            document = self.history.document
            text = clipboard.copy(document, *found) if set(found[1]) <= set(document.graphs[found[0]].nodes) else ""
            self.do(clipboard.paste, data.draw(st.sampled_from(sorted(document.graphs))), text, at=(0.0, 0.0))

    @rule(data=st.data(), name=st.sampled_from(["Block", "Stage", "Cell"]))
    def groups(self, data: Any, name: str) -> None:
        if found := self.pick(data, 4):
            self.do(grouping.group, *found, name)

    @rule(data=st.data())
    def ungroups(self, data: Any) -> None:
        if found := self.pick(data):
            self.do(grouping.ungroup, found[0], found[1][0])

    @rule(data=st.data(), other=st.sampled_from(["Net", "Block", "Thing"]), name=names)
    def renames(self, data: Any, other: str, name: str) -> None:
        graph = data.draw(st.sampled_from(sorted(self.history.document.graphs)))
        place = self.history.document.graphs[graph]
        for side in ("inputs", "outputs"):
            for port in getattr(place, side)[:1]:
                self.do(structure.rename_port, graph, side, port.name, name)
        for argument in place.arguments[:1]:
            self.do(arguments_of.rename_argument, graph, argument.name, name)
        self.do(structure.rename_graph, graph, other)

    @rule(data=st.data(), name=names)
    def ports(self, data: Any, name: str) -> None:
        graph = data.draw(st.sampled_from(sorted(self.history.document.graphs)))
        side = data.draw(st.sampled_from(["inputs", "outputs"]))
        self.do(structure.add_port, graph, side, GraphPort(name))
        self.do(structure.remove_port, graph, side, data.draw(names))
        self.do(structure.remove_graph, graph)

    @rule(data=st.data(), title=st.text(st.characters(exclude_categories=["Cs"]), max_size=5))
    def frames(self, data: Any, title: str) -> None:
        if found := self.pick(data, 3):
            self.do(placing.set_frame, found[0], Frame(title=title, nodes=tuple(found[1])))
            self.do(placing.move_nodes, found[0], {found[1][0]: (1.0, 2.0)})
            self.do(recipes.set_about, title=title)

    @rule()
    def undo(self) -> None:
        here = next(i for i, document in enumerate(self.visited) if document is self.history.document)
        assert self.history.undo() is self.visited[max(0, here - 1)]

    @rule()
    def redo(self) -> None:
        here = next(i for i, document in enumerate(self.visited) if document is self.history.document)
        assert self.history.redo() is self.visited[min(len(self.visited) - 1, here + 1)]

    @invariant()
    def whole(self) -> None:
        check(self.history.document)
        assert all(text.endswith((".", ")")) for text in self.refusals)


Editing.TestCase.settings = settings(
    max_examples=40, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
)
TestEditing = Editing.TestCase


@st.composite
def drawn(draw: Any) -> Document:
    """A graph without cycles, its nodes wired forwards."""
    document = start()
    made: list[str] = []
    for number in range(draw(st.integers(2, 7))):
        added = edits.add_node(
            document, "Net", Use(Kind.BLOCK, "Conv2d"), arguments={"out": draw(values)}, position=(number * 10.0, 0.0)
        )
        document = added.document
        made.append(added.node)
        for port in ("a", "b"):
            source = draw(st.sampled_from([End(BOUNDARY, "x"), *(End(node, "output") for node in made[:-1])]))
            if draw(st.booleans()):
                target = End(added.node, port)
                document = edits.connect(document, "Net", source, target, variadic=port == "b").document
    return edits.connect(document, "Net", End(made[-1], "output"), End(BOUNDARY, "y")).document


def shape(graph: Graph) -> Any:
    """The graph up to ids: what stands on nodes, and wires with their ports and orders."""
    made = networkx.MultiDiGraph()
    for key, node in graph.nodes.items():
        made.add_node(key, what=(str(node.use), tuple(sorted((k, repr(v)) for k, v in node.arguments.items()))))
    made.add_node(BOUNDARY, what="boundary")
    for edge in graph.edges:
        made.add_edge(edge.source.node, edge.target.node, what=(edge.source.port, edge.target.port, edge.order))
    return made


def same(a: Graph, b: Graph) -> bool:
    def edges_match(x: Any, y: Any) -> bool:
        return sorted(str(e["what"]) for e in x.values()) == sorted(str(e["what"]) for e in y.values())

    return bool(networkx.is_isomorphic(shape(a), shape(b), node_match=lambda x, y: x == y, edge_match=edges_match))


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(drawn(), st.data())
def test_ungroup_takes_back_group(document: Document, data: Any) -> None:
    nodes = list(document.graphs["Net"].nodes)
    chosen = data.draw(st.lists(st.sampled_from(nodes), min_size=1, unique=True))
    try:
        grouped = grouping.group(document, "Net", chosen, "Part")
    except EditError:
        assert len(chosen) < len(nodes)  # only a way out and back in is refused
        return
    check(grouped.document)
    assert set(grouped.document.graphs["Part"].nodes) == set(chosen)
    again = grouping.ungroup(grouped.document, "Net", grouped.node).document
    check(again)
    assert set(again.graphs) == {"Net"}
    assert same(normal(document.graphs["Net"]), normal(again.graphs["Net"]))
    assert {n.name for n in again.graphs["Net"].nodes.values()} == {
        n.name for n in document.graphs["Net"].nodes.values()
    }


def normal(graph: Graph) -> Graph:
    """Formulas as printed, since substitution prints them again."""
    document = each_node(
        Document(graphs={graph.name: graph}), lambda place, node: replace(node, arguments=printed(node.arguments))
    )
    return document.graphs[graph.name]


def printed(arguments: Any) -> Any:
    return {
        k: v.replace(" ", "").replace("(", "").replace(")", "") if isinstance(v, str) else v
        for k, v in arguments.items()
    }


@settings(max_examples=60, deadline=None)
@given(drawn(), st.data())
def test_pasting_into_an_empty_graph_gives_the_same_again(document: Document, data: Any) -> None:
    text = clipboard.copy(document, "Net", document.graphs["Net"].nodes)
    made = clipboard.paste(start(), "Net", text, incoming=True).document.graphs["Net"]
    inner = replace(
        document.graphs["Net"], edges=tuple(e for e in document.graphs["Net"].edges if e.target.node != BOUNDARY)
    )
    assert same(inner, made)
