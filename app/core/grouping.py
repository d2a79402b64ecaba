"""A selection becomes a graph of its own, and an instance of a graph becomes its nodes again. Nothing is lost."""

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
    rewrite_node,
    rewritten_all,
    snake,
    with_graph,
    without,
)
from app.core.document import (
    BOUNDARY,
    SELF,
    Argument,
    Document,
    Edge,
    End,
    Frame,
    Graph,
    GraphLayout,
    GraphPort,
    Initial,
    Kind,
    Node,
    Use,
    Value,
)
from app.core.edits import new_id
from app.core.names import why_not_attribute, why_not_class, why_not_variable
from app.core.placing import Position, with_layout
from app.core.structure import users_of


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


def _centre(positions: Iterable[Position]) -> Position:
    known = list(positions)
    return (sum(x for x, _ in known) / len(known), sum(y for _, y in known) / len(known)) if known else (0.0, 0.0)


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
        outer[instance] = _centre(inner.values())
    document = with_layout(document, graph, GraphLayout(outer, tuple(frames)))
    return with_layout(document, name, GraphLayout(inner, tuple(moved)))


# --- Ungroup ------------------------------------------------------------------------------------------------------


def ungroup(document: Document, graph: str, node: str) -> Changed:
    """Put the nodes of an instance's graph in its place; its arguments' values go into their formulas. A graph that
    nothing else needs goes away.
    """
    place = graph_of(document, graph)
    instance = node_of(place, node)
    inner = _ungroupable(document, place, instance)
    ids, names = _free(place, inner, instance)
    sizes = _sizes(place, inner, instance)
    values = {a.name: instance.arguments.get(a.name, a.default) for a in inner.arguments}

    def rewrite(text: str) -> Value:
        return formula.substitute(text, {**values, **sizes})

    nodes: dict[str, Node] = {}
    for key, other in place.nodes.items():
        if key != node:
            nodes[key] = _lifted_ties(other, instance, names)
            continue
        for old, part in inner.nodes.items():
            made = _outer_ties(rewrite_node(part, rewrite), instance, names)
            shares = part.shares and ids.get(part.shares, names.get(part.shares))
            made = replace(made, id=ids[old], name=names[part.name], shares=shares)
            nodes[ids[old]] = part if made == part else made
    initial = tuple(
        replace(e, nodes=tuple(_path(p, names) for p in e.nodes), arguments=rewritten_all(e.arguments, rewrite))
        for e in inner.initial
    )
    outer = replace(
        place,
        nodes=nodes,
        edges=tuple(_joined(place, inner, instance, ids)),
        initial=(*(_lifted_initial(entry, instance, names) for entry in place.initial), *initial),
    )
    document = _ungrouped_layout(with_graph(document, outer), graph, instance, ids)
    if not users_of(document, inner.name):
        still = any(Use(Kind.GRAPH, inner.name) == part.use for part in outer.nodes.values())
        if not still:
            left = without(document.graphs, inner.name)
            document = replace(document, graphs=left, layout=without(document.layout, inner.name))
    return Changed(document, f"ungroup {instance.name}", tuple(ids.values()))


def _ungroupable(document: Document, place: Graph, node: Node) -> Graph:
    """The graph of an instance that can be taken apart, else EditError."""
    if node.use.kind is not Kind.GRAPH:
        raise EditError(f"“{node.name}” is not an instance of a graph, so there is nothing to take out of it.")
    reasons = {
        "has alternatives": node.cases,
        "is repeated": node.repeat,
        "is scanned": node.scan,
        "has a condition": node.enabled,
        "is bypassed": node.bypass,
        "is muted": node.mute,
        "shares its weights": node.shares or any(n.shares in (node.id, node.name) for n in place.nodes.values()),
        "is wired as a module": place.edges_from(node.id, SELF),
        "has fields that this version does not know": node.unknown,
    }
    for reason, holds in reasons.items():
        if holds:
            raise EditError(f"“{node.name}” {reason}, which its nodes alone cannot say. Change that first.")
    return graph_of(document, node.use.name)


def _free(place: Graph, inner: Graph, instance: Node) -> tuple[dict[str, str], dict[str, str]]:
    """New ids by old ids and new names by old names, kept where they are free."""
    others = {key: node for key, node in place.nodes.items() if key != instance.id}
    taken, used = {node.name for node in others.values()}, set(others)
    names: dict[str, str] = {}
    ids: dict[str, str] = {}
    for key, node in inner.nodes.items():
        if node.name not in names:
            valid = why_not_attribute(node.name, sequential=place.sequential) is None
            names[node.name] = fresh(node.name if valid else f"{instance.name}_{node.name}", taken)
            taken.add(names[node.name])
        ids[key] = fresh(key, used)
        used.add(ids[key])
    return ids, names


def _sizes(place: Graph, inner: Graph, instance: Node) -> dict[str, Value]:
    """What an input's name in a formula becomes: the outer graph's input that feeds it."""
    texts = [text for node in inner.nodes.values() for text in formulas_of(node)]
    texts += [str(v) for e in inner.initial for v in e.arguments.values() if formula.is_formula(v)]
    asked = names_in(texts) & {port.name for port in inner.inputs}
    found: dict[str, Value] = {}
    for name in sorted(asked):
        sources = [edge.source for edge in place.edges_into(instance.id, name)]
        if len(sources) != 1 or sources[0].node != BOUNDARY:
            raise EditError(
                f"Formulas in {inner.name} ask for the size of “{name}”, which {place.name} can name only for its own "
                f"inputs. Write the numbers into these formulas first."
            )
        found[name] = f"={sources[0].port}"
    return found


def _path(path: str, names: Mapping[str, str]) -> str:
    first, dot, rest = path.partition(".")
    return names.get(first, first) + dot + rest


def _outer_ties(node: Node, instance: Node, names: Mapping[str, str]) -> Node:
    """An inner node's ties under the new names, with those that its instance held for it."""
    prefix = f"{node.name}."
    ties = {own: _path(path, names) for own, path in node.ties.items()}
    ties |= {own.removeprefix(prefix): path for own, path in instance.ties.items() if own.startswith(prefix)}
    return node if ties == node.ties else replace(node, ties=ties)


def _lifted_ties(node: Node, instance: Node, names: Mapping[str, str]) -> Node:
    ties = {own: _lifted(path, instance, names) for own, path in node.ties.items()}
    return node if ties == node.ties else replace(node, ties=ties)


def _lifted(path: str, instance: Node, names: Mapping[str, str]) -> str:
    first, _, rest = path.partition(".")
    return _path(rest, names) if first == instance.name and rest else path


def _lifted_initial(entry: Initial, instance: Node, names: Mapping[str, str]) -> Initial:
    paths = tuple(_lifted(path, instance, names) for path in entry.nodes)
    return entry if paths == entry.nodes else replace(entry, nodes=paths)


def _joined(place: Graph, inner: Graph, instance: Node, ids: Mapping[str, str]) -> list[Edge]:
    """The wires of both graphs, joined where they met at the instance's ports."""
    entering: dict[str, End] = {e.target.port: e.source for e in place.edges if e.target.node == instance.id}
    leaving = {edge.target.port: edge.source for edge in inner.edges if edge.target.node == BOUNDARY}

    def outside(end: End) -> End | None:
        """Where an inner wire comes from, seen from outside."""
        return entering.get(end.port) if end.node == BOUNDARY else End(ids.get(end.node, end.node), end.port)

    edges: list[Edge] = []
    done = False
    for edge in place.edges:
        if instance.id in (edge.target.node, edge.source.node) and not done:
            done = True
            for wire in inner.edges:
                source = outside(wire.source)
                if wire.target.node != BOUNDARY and source is not None:
                    edges.append(
                        replace(
                            wire,
                            source=source,
                            target=End(ids.get(wire.target.node, wire.target.node), wire.target.port),
                        )
                    )
        if edge.target.node == instance.id:
            continue
        if edge.source.node != instance.id:
            edges.append(edge)
            continue
        source = outside(leaving[edge.source.port]) if edge.source.port in leaving else None
        if source is not None:
            edges.append(replace(edge, source=source))
    if not done:
        edges += [
            replace(
                wire,
                source=End(ids[wire.source.node], wire.source.port),
                target=End(ids[wire.target.node], wire.target.port),
            )
            for wire in inner.edges
            if wire.source.node in ids and wire.target.node in ids
        ]
    return edges


def _ungrouped_layout(document: Document, graph: str, instance: Node, ids: Mapping[str, str]) -> Document:
    outer, inner = document.layout.get(graph), document.layout.get(instance.use.name)
    if outer is None:
        return document
    positions = without(outer.positions, instance.id)
    frames = [_unpacked(frame, instance.id, list(ids.values())) for frame in outer.frames]
    if inner is not None:
        own = {key: xy for key, xy in inner.positions.items() if key in ids}
        (cx, cy), (x, y) = _centre(own.values()), outer.positions.get(instance.id, _centre(own.values()))
        positions |= {ids[key]: (px - cx + x, py - cy + y) for key, (px, py) in own.items()}
        frames += [replace(f, nodes=tuple(ids[node] for node in f.nodes if node in ids)) for f in inner.frames]
    return with_layout(document, graph, GraphLayout(positions, tuple(frame for frame in frames if frame.nodes)))


def _unpacked(frame: Frame, instance: str, nodes: Sequence[str]) -> Frame:
    if instance not in frame.nodes:
        return frame
    return replace(frame, nodes=tuple(n for node in frame.nodes for n in (nodes if node == instance else [node])))
