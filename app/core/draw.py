"""Drawing a document in code, as templates do: one call per node, wires passed as values.

graph = Drawing("Bottleneck", arguments=[whole("planes", 64), whole("stride", 1)])
x = graph.input("x")
y = graph.add("conv1", "Conv2d", x, out_channels="=planes", kernel_size=1, bias=False)
...
graph.output("output", y)
document = Document(graphs=graphs(graph, ...), ...)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from app.core.document import (
    BOUNDARY,
    SELF,
    Argument,
    Case,
    Edge,
    End,
    Graph,
    GraphPort,
    Initial,
    Kind,
    Node,
    Repeat,
    Scan,
    Use,
    Value,
)


class Wire:
    """An output port of a node in a drawing; ``wire["hidden"]`` is another output of the same node."""

    __slots__ = ("end",)

    def __init__(self, end: End) -> None:
        self.end = end

    def __getitem__(self, port: str) -> Wire:
        return Wire(End(self.end.node, port))

    @property
    def node(self) -> str:
        return self.end.node


def whole(name: str, default: int | None = None, **more: Any) -> Argument:
    """An int argument of a graph or document."""
    return Argument(name=name, kind="int", default=default, **more)


def real(name: str, default: float | None = None, **more: Any) -> Argument:
    return Argument(name=name, kind="float", default=default, **more)


def flag(name: str, default: bool = False, **more: Any) -> Argument:
    return Argument(name=name, kind="bool", default=default, **more)


def choice(name: str, default: str, *choices: str, **more: Any) -> Argument:
    return Argument(name=name, kind="choice", default=default, choices=choices, **more)


def ints(name: str, default: Sequence[int] = (), **more: Any) -> Argument:
    return Argument(name=name, kind="ints", default=tuple(default), **more)


def table(name: str, default: Sequence[Sequence[Any]], *columns: str, **more: Any) -> Argument:
    return Argument(name=name, kind="table", default=tuple(tuple(row) for row in default), columns=columns, **more)


def use(what: str) -> Use:
    """``"Conv2d"`` is a block, ``"graph:Bottleneck"`` a graph of this document, ``"model:generator"`` a model."""
    kind, separator, name = what.partition(":")
    return Use(Kind(kind), name) if separator else Use(Kind.BLOCK, what)


class Drawing:
    """A graph under construction. Node ids are their names, made unique."""

    def __init__(
        self,
        name: str,
        summary: str = "",
        *,
        arguments: Sequence[Argument] = (),
        sequential: bool = False,
        initial: Sequence[Initial] = (),
    ) -> None:
        self.name = name
        self.summary = summary
        self.arguments = tuple(arguments)
        self.sequential = sequential
        self.initial = tuple(initial)
        self._inputs: list[GraphPort] = []
        self._outputs: list[GraphPort] = []
        self._nodes: dict[str, Node] = {}
        self._edges: list[Edge] = []

    def input(self, name: str = "input", help: str = "", *, module: bool = False, optional: bool = False) -> Wire:
        self._inputs.append(GraphPort(name, help, module, optional))
        return Wire(End(BOUNDARY, name))

    def output(self, name: str, wire: Wire, help: str = "") -> None:
        self._outputs.append(GraphPort(name, help))
        self._edges.append(Edge(wire.end, End(BOUNDARY, name)))

    def add(
        self,
        name: str,
        what: str,
        /,
        *wires: Wire | None,
        wired: Mapping[str, Wire | Sequence[Wire]] | None = None,
        ports: Sequence[str] = (),
        output: str | None = None,
        repeat: Repeat | Value = None,
        scan: Scan | None = None,
        enabled: str | None = None,
        shares_with: str | None = None,
        ties: Mapping[str, str] | None = None,
        cases: Sequence[Case] = (),
        note: str = "",
        id: str | None = None,
        **arguments: Value,
    ) -> Wire:
        """Add a node. Positional wires enter the ports in the order of ``ports`` (else of a block's own, resolved by
        position as ``0``, ``1``, ... when the graph is closed); ``wired`` names ports. Gives its ``output`` port
        (by default the first).
        """
        identity = self._unique(id or name)
        if repeat is not None and not isinstance(repeat, Repeat):
            repeat = Repeat(repeat)
        self._nodes[identity] = Node(
            id=identity,
            name=name,
            use=use(what),
            cases=tuple(cases),
            arguments={key: _frozen(value) for key, value in arguments.items()},
            repeat=repeat,
            scan=scan,
            enabled=enabled,
            shares=shares_with,
            ties=dict(ties or {}),
            note=note,
        )
        for position, wire in enumerate(wires):
            if wire is not None:
                port = ports[position] if position < len(ports) else f"#{position}"
                self._edges.append(Edge(wire.end, End(identity, port), position))
        for port, fed in (wired or {}).items():
            for order, wire in enumerate([fed] if isinstance(fed, Wire) else fed):
                self._edges.append(Edge(wire.end, End(identity, port), order))
        return Wire(End(identity, output or "#0"))

    def module(self, wire: Wire) -> Wire:
        """The module itself of a graph or model node, to be wired into a block that calls it."""
        return Wire(End(wire.end.node, SELF))

    def _unique(self, wanted: str) -> str:
        identity, number = wanted, 2
        while identity in self._nodes or identity == BOUNDARY:
            identity, number = f"{wanted}_{number}", number + 1
        return identity

    def finished(self, inputs: Mapping[str, Sequence[str]], outputs: Mapping[str, Sequence[str]]) -> Graph:
        """The graph with positional ports named; ``inputs`` and ``outputs`` give port names by node id."""
        edges = tuple(
            Edge(_named(edge.source, outputs, False), _named(edge.target, inputs, True), _order(edge, inputs))
            for edge in self._edges
        )
        return Graph(
            name=self.name,
            summary=self.summary,
            arguments=self.arguments,
            inputs=tuple(self._inputs),
            outputs=tuple(self._outputs),
            nodes=self._nodes,
            edges=edges,
            sequential=self.sequential,
            initial=self.initial,
        )

    @property
    def nodes(self) -> Mapping[str, Node]:
        return self._nodes

    @property
    def input_names(self) -> tuple[str, ...]:
        return tuple(port.name for port in self._inputs)

    @property
    def output_names(self) -> tuple[str, ...]:
        return tuple(port.name for port in self._outputs)


def graphs(library: Any, *drawings: Drawing, models: Mapping[str, str] | None = None) -> dict[str, Graph]:
    """The drawn graphs by name, their positional ports resolved. ``models`` gives each model's graph by its name."""
    drawn = {drawing.name: drawing for drawing in drawings}

    def ports(node: Node, incoming: bool) -> tuple[str, ...]:
        target = node.use
        if target.kind is Kind.BLOCK:
            block = library.get(target.name)
            arguments = {k: v for k, v in node.arguments.items() if not (isinstance(v, str) and v.startswith("="))}
            try:
                both = block(**arguments).ports()
            except TypeError:
                both = (block.inputs, block.outputs)
            found = both[0] if incoming else both[1]
            if incoming and found and found[-1].variadic:
                return (*(port.name for port in found), *(found[-1].name for _ in range(64)))
            return tuple(port.name for port in found)
        name = target.name if target.kind is Kind.GRAPH else (models or {})[target.name]
        return drawn[name].input_names if incoming else drawn[name].output_names

    return {
        drawing.name: drawing.finished(
            {identity: ports(node, True) for identity, node in drawing.nodes.items()},
            {identity: ports(node, False) for identity, node in drawing.nodes.items()},
        )
        for drawing in drawings
    }


def _named(end: End, names: Mapping[str, Sequence[str]], incoming: bool) -> End:
    if not end.port.startswith("#"):
        return end
    if end.node == BOUNDARY:
        return end
    known = names[end.node]
    position = int(end.port[1:])
    if position >= len(known):
        side = "inputs" if incoming else "outputs"
        raise ValueError(f"Node “{end.node}” has {len(known)} {side}; number {position + 1} was wired.")
    return End(end.node, known[position])


def _order(edge: Edge, inputs: Mapping[str, Sequence[str]]) -> int:
    """Position among the wires of one port: for a positional wire, how many before it have the same name."""
    port = edge.target.port
    if not port.startswith("#"):
        return edge.order
    names = inputs[edge.target.node]
    return names[: edge.order].count(names[edge.order]) if edge.order < len(names) else 0


def _frozen(value: Value) -> Value:
    return tuple(_frozen(item) for item in value) if isinstance(value, list | tuple) else value
