"""A selection becomes a graph of its own. What undoes that is edited through here, too."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from msgspec.structs import replace

from app.core import formula
from app.core.changes import (
    Changed,
    EditError,
    formulas_of,
    fresh,
    goes_round,
    graph_of,
    names_in,
    node_of,
    snake,
    without,
)
from app.core.document import (
    BOUNDARY,
    SELF,
    Argument,
    Document,
    Edge,
    End,
    Graph,
    GraphLayout,
    GraphPort,
    Initial,
    Kind,
    Node,
    Use,
)
from app.core.edits import new_id
from app.core.names import why_not_attribute, why_not_class, why_not_variable
from app.core.placing import centre, with_layout
from app.core.ungrouping import ungroup

__all__ = ["group", "ungroup"]


@dataclass(slots=True)
class _Crossing:
    """Wires that enter or leave a selection, by the port that each becomes."""

    inputs: dict[End, str]
    outputs: dict[End, str]


def group(document: Document, graph: str, nodes: Iterable[str], name: str) -> Changed:
    """Make a new graph of the nodes, and put an instance of it in their place."""
    place = graph_of(document, graph)
    wanted = set(nodes)
    for identity in wanted:
        node_of(place, identity)
    chosen = [identity for identity in place.nodes if identity in wanted]
    if not chosen:
        raise EditError("Nothing is selected. Select the nodes that shall become a graph.")
    reason = why_not_class(name)
    if reason is not None:
        raise EditError(f"“{name}” {reason}. Choose another name.")
    if name in document.graphs:
        raise EditError(f"There is a graph “{name}” already; “{fresh(name, document.graphs)}” is free.")
    inside = {identity: place.nodes[identity] for identity in chosen}
    _refuse_shared(place, inside)
    arguments, sizes = _promoted(place, inside)
    crossing = _crossing(place, inside, {argument.name for argument in arguments}, sizes)
    taken = {node.name for node in place.nodes.values() if node.id not in inside}
    label = fresh(snake(name) if why_not_attribute(snake(name)) is None else f"{snake(name)}_1", taken)
    identity = new_id(place, label)
    inner, ties = _inner(place, inside, name, arguments, crossing)
    instance = Node(
        id=identity,
        name=label,
        use=Use(Kind.GRAPH, name),
        arguments={argument.name: f"={argument.name}" for argument in arguments},
        ties=ties,
    )
    outer = _outer(place, inside, instance, crossing)
    if goes_round(outer) and not goes_round(place):
        raise EditError(
            "A way leads out of this selection and back into it, so as one node it would need its own result. Select "
            "also the nodes in between."
        )
    document = replace(document, graphs={**document.graphs, graph: outer, name: inner})
    document = _grouped_layout(document, graph, name, chosen, identity)
    return Changed(document, f"group {len(chosen)} nodes as {name}", (identity,))


def _refuse_shared(place: Graph, inside: Mapping[str, Node]) -> None:
    by_name = {node.name: key for key, node in place.nodes.items() if not node.shares}
    for key, node in place.nodes.items():
        if node.shares is None:
            continue
        owner = node.shares if node.shares in place.nodes else by_name.get(node.shares, "")
        if (key in inside) != (owner in inside):
            raise EditError(f"“{node.name}” calls a module that is on the other side. Select both, or neither.")


def _promoted(place: Graph, inside: Mapping[str, Node]) -> tuple[tuple[Argument, ...], list[str]]:
    """The outer graph's arguments, and its inputs, that formulas of the selection speak of."""
    names = names_in(text for node in inside.values() for text in formulas_of(node))
    own = {node.name for node in inside.values()}
    names |= names_in(
        str(value) for e in _initial(place, own) for value in e.arguments.values() if formula.is_formula(value)
    )
    arguments = tuple(argument for argument in place.arguments if argument.name in names)
    return arguments, [port.name for port in place.inputs if port.name in names]


def _crossing(place: Graph, inside: Mapping[str, Node], taken: set[str], sizes: Sequence[str]) -> _Crossing:
    """Names for what enters and leaves. A graph's own input keeps its name, so that sizes in formulas stay right."""
    inputs = {End(BOUNDARY, name): name for name in sizes}
    outputs: dict[End, str] = {}
    entering = [edge for edge in place.edges if edge.target.node in inside and edge.source.node not in inside]
    entering.sort(key=lambda edge: edge.source.node != BOUNDARY)
    for edge in entering:
        if edge.source not in inputs:
            own = edge.source.port if edge.source.node == BOUNDARY else edge.target.port
            inputs[edge.source] = fresh(_variable(own, "input"), {*taken, *inputs.values()})
    for edge in place.edges:
        if edge.source.node in inside and edge.target.node not in inside and edge.source not in outputs:
            if edge.source.port == SELF:
                raise EditError(
                    f"“{inside[edge.source.node].name}” is wired as a module to a node outside. Select that node too."
                )
            outputs[edge.source] = fresh(_variable(edge.source.port, "output"), set(outputs.values()))
    order = {edge.source: position for position, edge in reversed(list(enumerate(place.edges)))}
    return _Crossing(dict(sorted(inputs.items(), key=lambda item: order.get(item[0], len(order)))), outputs)


def _variable(name: str, otherwise: str) -> str:
    return name if why_not_variable(name) is None else otherwise


def _initial(place: Graph, names: set[str]) -> list[Initial]:
    """Entries of starting values that speak of some of these nodes."""
    return [entry for entry in place.initial if any(path.split(".")[0] in names for path in entry.nodes)]


def _inner(
    place: Graph,
    inside: Mapping[str, Node],
    name: str,
    arguments: tuple[Argument, ...],
    crossing: _Crossing,
) -> tuple[Graph, dict[str, str]]:
    """The new graph, and the ties to tensors outside that its instance takes over."""
    edges: list[Edge] = []
    for edge in place.edges:
        if edge.target.node in inside:
            source = edge.source if edge.source.node in inside else End(BOUNDARY, crossing.inputs[edge.source])
            edges.append(replace(edge, source=source))
    edges += [Edge(source, End(BOUNDARY, port)) for source, port in crossing.outputs.items()]
    own = {node.name for node in inside.values()}
    outward: dict[str, str] = {}
    nodes: dict[str, Node] = {}
    for key, node in inside.items():
        ties = {mine: path for mine, path in node.ties.items() if path.split(".")[0] in own}
        outward |= {f"{node.name}.{mine}": path for mine, path in node.ties.items() if mine not in ties}
        nodes[key] = node if len(ties) == len(node.ties) else replace(node, ties=ties)
    modules = {port.name for port in place.inputs if port.module}
    inputs = tuple(
        GraphPort(port, module=end.port == SELF or (end.node == BOUNDARY and end.port in modules))
        for end, port in crossing.inputs.items()
    )
    initial = tuple(
        replace(entry, nodes=tuple(path for path in entry.nodes if path.split(".")[0] in own))
        for entry in _initial(place, own)
    )
    made = Graph(
        name=name,
        arguments=arguments,
        inputs=inputs,
        outputs=tuple(GraphPort(port) for port in crossing.outputs.values()),
        nodes=nodes,
        edges=tuple(edges),
        sequential=place.sequential and len(inputs) == len(crossing.outputs) == 1,
        initial=initial,
    )
    return made, outward


def _outer(place: Graph, inside: Mapping[str, Node], instance: Node, crossing: _Crossing) -> Graph:
    """The graph with the instance in the place of the first of its nodes."""
    own = {node.name for node in inside.values()}
    prefix = instance.name
    nodes: dict[str, Node] = {}
    for key, node in place.nodes.items():
        if key not in inside:
            ties = {mine: _within(path, own, prefix) for mine, path in node.ties.items()}
            nodes[key] = node if ties == node.ties else replace(node, ties=ties)
        elif instance.id not in nodes:
            nodes[instance.id] = instance
    edges: list[Edge] = []
    fed: set[End] = set()
    for edge in place.edges:
        if edge.target.node not in inside:
            source = edge.source
            if source.node in inside:
                source = End(instance.id, crossing.outputs[source])
            edges.append(edge if source is edge.source else replace(edge, source=source))
        elif edge.source in crossing.inputs and edge.source not in fed:
            fed.add(edge.source)
            edges.append(Edge(edge.source, End(instance.id, crossing.inputs[edge.source])))
    edges += [Edge(end, End(instance.id, port)) for end, port in crossing.inputs.items() if end not in fed]
    initial = []
    for entry in place.initial:
        paths = tuple(path for path in entry.nodes if path.split(".")[0] not in own)
        if paths:
            initial.append(replace(entry, nodes=paths) if paths != entry.nodes else entry)
    return replace(place, nodes=nodes, edges=tuple(edges), initial=tuple(initial))


def _within(path: str, own: set[str], prefix: str) -> str:
    return f"{prefix}.{path}" if path.split(".", maxsplit=1)[0] in own else path


def _grouped_layout(document: Document, graph: str, name: str, chosen: Sequence[str], instance: str) -> Document:
    before = document.layout.get(graph)
    if before is None:
        return document
    inner = {key: xy for key, xy in before.positions.items() if key in chosen}
    frames, moved = [], []
    for frame in before.frames:
        if set(frame.nodes) <= set(chosen):
            moved.append(frame)
        else:
            members = tuple(dict.fromkeys(instance if node in chosen else node for node in frame.nodes))
            frames.append(frame if members == frame.nodes else replace(frame, nodes=members))
    outer = without(before.positions, *chosen)
    if inner:
        outer[instance] = centre(inner.values())
    document = with_layout(document, graph, GraphLayout(outer, tuple(frames)))
    return with_layout(document, name, GraphLayout(inner, tuple(moved)))
