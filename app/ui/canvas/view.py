"""What the canvas shows, as plain data: nodes with their texts and ports, wires with their shapes, frames.

``Views`` makes it from a document and what elaboration found. It remembers what it made by the identity of what it was
made from, so that after an edit all but the touched nodes are the very objects of before, and the canvas can tell by
``is`` what to redraw.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from app.core.block import Block, Library, Port
from app.core.document import (
    BOUNDARY,
    SELF,
    Document,
    Edge,
    End,
    Frame,
    Graph,
    GraphLayout,
    GraphPort,
    Kind,
    Node,
)
from app.core.results import GraphResult, NodeResult
from app.ui.canvas.wording import UNFINISHED, count_text, kind_of, problem_lines, shape_text, type_text
from app.ui.unfinished import wants_a_wire

IN_PREFIX = "@in:"
OUT_PREFIX = "@out:"


@dataclass(frozen=True, slots=True)
class PortView:
    """One place for a wire. A variadic input has one slot for each of its wires and a free one."""

    name: str
    kind: str = "unknown"
    type: str = ""
    slot: int = 0
    wired: bool = False
    optional: bool = False
    variadic: bool = False
    help: str = ""


@dataclass(frozen=True, slots=True)
class NodeView:
    """One box. ``category`` decides its colour, ``problem`` holds at most two short lines, ``message`` the sentence."""

    id: str
    title: str
    name: str
    detail: str = ""
    category: str = ""
    inputs: tuple[PortView, ...] = ()
    outputs: tuple[PortView, ...] = ()
    shape: str = ""
    kind: str = "unknown"
    cost: str = ""
    problem: tuple[str, ...] = ()
    message: str = ""
    severity: str = ""
    bypass: bool = False
    mute: bool = False
    active: bool = True
    repeated: bool = False
    shares: str = ""
    enters: str = ""
    note: str = ""

    @property
    def is_boundary(self) -> bool:
        return self.id.startswith("@")

    @property
    def is_wrong(self) -> bool:
        """Whether its problem is more than that it is not finished."""
        return bool(self.problem) and self.severity != "note"


@dataclass(frozen=True, slots=True)
class WireView:
    """One wire: from a node's output to a slot of a node's input, both by the ids that the canvas uses."""

    edge: Edge
    source: tuple[str, str]
    target: tuple[str, str, int]
    text: str = ""
    kind: str = "unknown"


@dataclass(frozen=True, slots=True)
class GraphView:
    """One graph as the canvas shows it. ``positions`` are those that the document holds; ``origin`` is the ``Views``
    that made it: another one means another document.
    """

    name: str = ""
    nodes: Mapping[str, NodeView] = field(default_factory=dict)
    wires: tuple[WireView, ...] = ()
    frames: tuple[Frame, ...] = ()
    positions: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    origin: object = None


EMPTY = GraphView()


def node_of(end: End, *, source: bool) -> str:
    """The id that the canvas uses for the node of a wire's end."""
    if end.node != BOUNDARY:
        return end.node
    return f"{IN_PREFIX if source else OUT_PREFIX}{end.port}"


def end_of(node: str, port: str) -> End:
    """The document's end for a port on the canvas."""
    return End(BOUNDARY if node.startswith("@") else node, port)


class _Wiring:
    """Which ports of a graph are wired, gathered once."""

    def __init__(self, graph: Graph) -> None:
        self.into: dict[str, dict[str, list[Edge]]] = {}
        self.out: dict[str, set[str]] = {}
        for edge in graph.edges:
            target, source = node_of(edge.target, source=False), node_of(edge.source, source=True)
            self.into.setdefault(target, {}).setdefault(edge.target.port, []).append(edge)
            self.out.setdefault(source, set()).add(edge.source.port)
        for ports in self.into.values():
            for edges in ports.values():
                edges.sort(key=lambda edge: edge.order)

    def of(self, node: str) -> tuple[tuple[tuple[str, int], ...], frozenset[str]]:
        """How many wires enter each port of a node, and which of its outputs are wired: a key for a memo."""
        entering = tuple((port, len(edges)) for port, edges in self.into.get(node, {}).items())
        return entering, frozenset(self.out.get(node, ()))


class Views:
    """Makes views of a document's graphs, and remembers them."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self._nodes: dict[str, dict[str, tuple[tuple[Any, ...], NodeView]]] = {}
        self._wires: dict[str, dict[tuple[Edge, int], WireView]] = {}

    def of(self, document: Document, name: str, result: GraphResult | None = None) -> GraphView:
        """The view of one graph; ``result`` is the instance of it to show, if there is one."""
        graph = document.graphs.get(name)
        if graph is None:
            return replace(EMPTY, origin=self)
        wiring = _Wiring(graph)
        layout = document.layout.get(name, GraphLayout())
        known, kept = self._nodes.get(name, {}), {}
        nodes: dict[str, NodeView] = {}
        for identity, key, make in self._boxes(document, graph, result, wiring):
            found = known.get(identity)
            if found is None or len(found[0]) != len(key) or not all(map(_same, found[0], key)):
                made = make()
                found = (key, found[1] if found is not None and found[1] == made else made)
            kept[identity] = found
            nodes[identity] = found[1]
        self._nodes[name] = kept
        wires = self._wires_of(name, graph, result, wiring, nodes)
        return GraphView(name, nodes, wires, layout.frames, layout.positions, self)

    def _boxes(
        self, document: Document, graph: Graph, result: GraphResult | None, wiring: _Wiring
    ) -> Iterable[tuple[str, tuple[Any, ...], Any]]:
        for port in graph.inputs:
            type_ = result.inputs.get(port.name) if result is not None else None
            identity = f"{IN_PREFIX}{port.name}"
            wired = wiring.of(identity)
            yield identity, (port, type_, wired), lambda p=port, t=type_, w=wired: _input_view(p, t, w)
        for identity, node in graph.nodes.items():
            found = result.nodes.get(identity) if result is not None else None
            wired = wiring.of(identity)
            inner = _inner(document, node)
            key = (node, found, wired, inner)
            yield identity, key, lambda n=node, f=found, w=wired, i=inner: self._node_view(n, f, w, i)
        for port in graph.outputs:
            type_ = result.outputs.get(port.name) if result is not None else None
            identity = f"{OUT_PREFIX}{port.name}"
            wired = wiring.of(identity)
            yield identity, (port, type_, wired), lambda p=port, t=type_, w=wired: _output_view(p, t, w)

    # -- one node -----------------------------------------------------------------------------------------------------

    def _node_view(self, node: Node, result: NodeResult | None, wired: Any, inner: Graph | None) -> NodeView:
        entering, leaving = dict(wired[0]), wired[1]
        inputs, outputs = self._ports(node, result, inner, entering, leaving)
        first = next(iter(result.outputs.values()), None) if result is not None else None
        problem = result.problem if result is not None else None
        waits = problem is not None and wants_a_wire(problem) and not leaving
        block = result.block if result is not None else None
        known = node.use.kind is not Kind.BLOCK or self.library.find(node.use.name) is not None
        return NodeView(
            id=node.id,
            title=type(block).__name__ if block is not None else node.use.name,
            name=node.name,
            detail=_detail(node, result, block),
            category=self._category(node, block) if known else "missing",
            inputs=_input_ports(inputs, entering, result),
            outputs=_output_ports(outputs, leaving, result),
            shape=shape_text(first),
            kind=kind_of(first),
            cost=_cost(node, result),
            problem=() if problem is None else UNFINISHED if waits else problem_lines(problem),
            message=problem.message if problem is not None else "",
            severity="" if problem is None else "note" if waits else problem.severity.value,
            bypass=node.bypass,
            mute=node.mute,
            active=result.active if result is not None else not (node.bypass or node.mute),
            repeated=node.repeat is not None,
            shares=node.shares or "",
            enters=inner.name if inner is not None else "",
            note=node.note,
        )

    def _category(self, node: Node, block: Block | None) -> str:
        if node.use.kind is not Kind.BLOCK:
            return str(node.use.kind.value)
        return self.library.family(type(block).__name__ if block is not None else node.use.name)

    def _ports(
        self,
        node: Node,
        result: NodeResult | None,
        inner: Graph | None,
        entering: Mapping[str, int],
        leaving: Iterable[str],
    ) -> tuple[tuple[Port, ...], tuple[Port, ...]]:
        """The ports of a node; wires to ports that it has no longer keep one, so that they can be seen and mended."""
        inputs, outputs = self._declared(node, result, inner, any(entering.values()), SELF in leaving)
        known_in, known_out = {port.name for port in inputs}, {port.name for port in outputs}
        stray_in = tuple(Port(name=name, help="This port is gone.") for name in entering if name not in known_in)
        stray_out = tuple(Port(name=name, help="This port is gone.") for name in leaving if name not in known_out)
        return (*inputs, *stray_in), (*outputs, *stray_out)

    def _declared(
        self, node: Node, result: NodeResult | None, inner: Graph | None, is_fed: bool, gives_itself: bool
    ) -> tuple[tuple[Port, ...], tuple[Port, ...]]:
        if inner is not None:
            itself = (Port(name=SELF, help="The module itself, for blocks that call it.", module=True),)
            outputs = tuple(map(_port_of, inner.outputs))
            offered = itself if gives_itself or not is_fed else ()
            return tuple(map(_port_of, inner.inputs)), (*outputs, *offered)
        if result is not None and result.block is not None:
            return result.block.ports()
        block = self.library.find(node.use.name) if node.use.kind is Kind.BLOCK else None
        return _ports_of_class(block, node) if block is not None else ((), ())

    # -- wires --------------------------------------------------------------------------------------------------------

    def _wires_of(
        self,
        name: str,
        graph: Graph,
        result: GraphResult | None,
        wiring: _Wiring,
        nodes: Mapping[str, NodeView],
    ) -> tuple[WireView, ...]:
        known, kept, wires = self._wires.get(name, {}), {}, []
        for edge in graph.edges:
            source, target = node_of(edge.source, source=True), node_of(edge.target, source=False)
            if source not in nodes or target not in nodes:
                continue  # a dangling wire is a problem that elaboration reports; there is nothing to draw it to
            siblings = wiring.into[target][edge.target.port]
            slot = siblings.index(edge) if _is_variadic(nodes[target], edge.target.port) else 0
            type_ = result.wire(edge.source.node, edge.source.port) if result is not None else None
            text, kind = shape_text(type_), kind_of(type_)
            if edge.source.port == SELF:
                text, kind = nodes[source].title, "module"
            made = known.get((edge, slot))
            if made is None or made.text != text or made.kind != kind:
                made = WireView(edge, (source, edge.source.port), (target, edge.target.port, slot), text, kind)
            kept[edge, slot] = made
            wires.append(made)
        self._wires[name] = kept
        return tuple(wires)


def _same(old: Any, new: Any) -> bool:
    return old is new or (isinstance(new, tuple) and bool(old == new))


def _is_variadic(node: NodeView, port: str) -> bool:
    return any(found.variadic for found in node.inputs if found.name == port)


def _inner(document: Document, node: Node) -> Graph | None:
    """The graph that a graph or model node stands for."""
    if node.use.kind is Kind.GRAPH:
        return document.graphs.get(node.use.name)
    if node.use.kind is Kind.MODEL:
        model = document.models.get(node.use.name)
        return document.graphs.get(model.graph) if model is not None else None
    return None


def _port_of(port: GraphPort) -> Port:
    return Port(name=port.name, help=port.help, module=port.module, optional=port.optional)


def _ports_of_class(block: type[Block], node: Node) -> tuple[tuple[Port, ...], tuple[Port, ...]]:
    """Ports of a block whose arguments could not all be resolved: those that are plain values decide."""
    known = block.arguments()
    plain = {
        name: value
        for name, value in node.arguments.items()
        if name in known and not (isinstance(value, str) and value.startswith("=")) and not known[name].accepts(value)
    }
    return block(**plain).ports()


def _input_ports(
    ports: tuple[Port, ...], entering: Mapping[str, int], result: NodeResult | None
) -> tuple[PortView, ...]:
    views: list[PortView] = []
    for port in ports:
        count = entering.get(port.name, 0)
        types = result.inputs.get(port.name) if result is not None else None
        for slot in range(count + 1 if port.variadic else 1):
            type_ = (types[slot] if slot < len(types) else None) if isinstance(types, tuple) else types
            views.append(
                PortView(
                    port.name,
                    "module" if port.module else kind_of(type_),
                    type_text(type_),
                    slot,
                    slot < count,
                    port.optional or (port.variadic and slot >= port.least),
                    port.variadic,
                    port.help,
                )
            )
    return tuple(views)


def _output_ports(ports: tuple[Port, ...], leaving: Iterable[str], result: NodeResult | None) -> tuple[PortView, ...]:
    wired = set(leaving)
    views = []
    for port in ports:
        type_ = result.outputs.get(port.name) if result is not None else None
        kind = "module" if port.module else kind_of(type_)
        views.append(PortView(port.name, kind, type_text(type_), 0, port.name in wired, True, False, port.help))
    return tuple(views)


def _detail(node: Node, result: NodeResult | None, block: Block | None) -> str:
    parts = [block.detail()] if block is not None else []
    if node.repeat is not None:
        count = len(result.units) if result is not None and result.units else node.repeat.count
        parts.append(f"×{str(count).removeprefix('=')}")
    if node.scan is not None:
        parts.append("scan")
    return "  ".join(part for part in parts if part)


def _cost(node: Node, result: NodeResult | None) -> str:
    if node.shares:
        return f"shares {node.shares}"
    if result is None or not result.totals.parameters:
        return ""
    return f"{count_text(result.totals.parameters)} params"


def _input_view(port: GraphPort, type_: Any, wired: Any) -> NodeView:
    kind = "module" if port.module else kind_of(type_)
    out = PortView(port.name, kind, type_text(type_), 0, bool(wired[1]), True, False, port.help)
    return NodeView(
        id=f"{IN_PREFIX}{port.name}",
        title=port.name,
        name=getattr(type_, "dtype", ""),
        detail="optional input" if port.optional else "input",
        category="input",
        outputs=(out,),
        shape=shape_text(type_),
        kind=kind,
        note=port.help,
    )


def _output_view(port: GraphPort, type_: Any, wired: Any) -> NodeView:
    kind = kind_of(type_)
    into = PortView(port.name, kind, type_text(type_), 0, bool(wired[0]), False, False, port.help)
    return NodeView(
        id=f"{OUT_PREFIX}{port.name}",
        title=port.name,
        name=getattr(type_, "dtype", ""),
        detail="output",
        category="output",
        inputs=(into,),
        shape=shape_text(type_),
        kind=kind,
        note=port.help,
    )
