"""Edits of one graph: its nodes and wires. Each is a pure function that gives a ``Changed``."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from msgspec.structs import replace

from app.core import formula
from app.core.changes import (
    Changed,
    EditError,
    fresh,
    goes_round,
    graph_of,
    is_behind,
    node_of,
    ports_of,
    refuse_recursion,
    snake,
    stored,
    with_graph,
    with_node,
    without,
)
from app.core.document import (
    BOUNDARY,
    SELF,
    Case,
    Document,
    Edge,
    End,
    Graph,
    Kind,
    Node,
    Repeat,
    Scan,
    Use,
    Value,
)
from app.core.formula import FormulaError
from app.core.names import why_not_attribute
from app.core.node_paths import renamed_paths
from app.core.placing import Position, forget_layout, layout_of, move_nodes, moved_to, remove_frame, set_frame

__all__ = [
    "Position",
    "add_node",
    "connect",
    "disconnect",
    "insert_on_edge",
    "layout_of",
    "move_nodes",
    "new_id",
    "new_name",
    "put_on_edge",
    "remove_frame",
    "remove_nodes",
    "rename_node",
    "renumbered",
    "replace_node",
    "reset_argument",
    "same_value",
    "set_argument",
    "set_bypass",
    "set_cases",
    "set_enabled",
    "set_frame",
    "set_mute",
    "set_note",
    "set_repeat",
    "set_scan",
    "set_shares",
    "set_ties",
    "show",
]
"""Placing is edited through here too."""


def show(graph: Graph, end: End) -> str:
    """An end of a wire in the words of the canvas: the node's name, with the port where it matters."""
    return end.port if end.node == BOUNDARY else graph.nodes[end.node].name if end.node in graph.nodes else str(end)


# --- Nodes --------------------------------------------------------------------------------------------------------


def new_name(graph: Graph, wanted: str) -> str:
    """A name for a node that is valid and free."""
    if why_not_attribute(wanted, sequential=graph.sequential) is not None:
        wanted = snake(wanted) if why_not_attribute(snake(wanted)) is None else f"{snake(wanted)}_layer"
    return fresh(wanted, {node.name for node in graph.nodes.values()})


def new_id(graph: Graph, wanted: str) -> str:
    return fresh(wanted.replace(".", "_").replace(BOUNDARY, "") or "node", graph.nodes)


def add_node(
    document: Document,
    graph: str,
    use: Use,
    *,
    name: str = "",
    arguments: Mapping[str, Value] | None = None,
    position: Position | None = None,
) -> Changed:
    """Put a new node on the canvas; without a name it gets one from what it is."""
    place = graph_of(document, graph)
    refuse_recursion(document, graph, [use])
    if name:
        _check_name(place, None, name)
    called = name or new_name(place, snake(use.name))
    identity = new_id(place, called)
    given = {key: stored(value, f"{called}.{key}") for key, value in (arguments or {}).items()}
    document = with_node(document, place, Node(id=identity, name=called, use=use, arguments=given))
    if position is not None:
        document = moved_to(document, graph, {identity: position})
    return Changed(document, f"add {called}", (identity,))


def remove_nodes(document: Document, graph: str, nodes: Iterable[str], *, heal: bool = False) -> Changed:
    """Take nodes out with their wires. ``heal`` joins what one wire led to with where it came from."""
    place = graph_of(document, graph)
    gone = list(dict.fromkeys(nodes))
    names = [node_of(place, identity).name for identity in gone]
    if not gone:
        return Changed(document, "remove nothing")
    edges = list(place.edges)
    for identity in gone:
        edges = _without_node(edges, identity, heal)
    left = {identity: _unshared(node, gone, names) for identity, node in place.nodes.items() if identity not in gone}
    still = {node.name for node in left.values()}
    initial = tuple(
        replace(entry, nodes=tuple(path for path in entry.nodes if path in still or path.split(".")[0] not in names))
        for entry in place.initial
    )
    initial = tuple(entry for entry in initial if entry.nodes)
    made = replace(
        place,
        nodes=left,
        edges=renumbered(edges, place.edges),
        initial=place.initial if initial == place.initial else initial,
    )
    document = forget_layout(with_graph(document, made), graph, gone)
    return Changed(document, f"remove {names[0]}" if len(names) == 1 else f"remove {len(names)} nodes")


def _without_node(edges: list[Edge], identity: str, heal: bool) -> list[Edge]:
    entering = [edge for edge in edges if edge.target.node == identity]
    leaving = {edge.source.port for edge in edges if edge.source.node == identity}
    rest = [edge for edge in edges if edge.target.node != identity]
    if (
        heal
        and len(entering) == 1
        and len(leaving) == 1
        and entering[0].source.node != identity
        and SELF not in leaving
    ):
        source = entering[0].source
        return [replace(edge, source=source) if edge.source.node == identity else edge for edge in rest]
    return [edge for edge in rest if edge.source.node != identity]


def _unshared(node: Node, gone: Collection[str], names: Collection[str]) -> Node:
    """A node that shared a removed one's module, or was tied to its weight, has its own again."""
    if node.shares in gone or node.shares in names:
        node = replace(node, shares=None)
    ties = {own: path for own, path in node.ties.items() if path.split(".")[0] not in names}
    return node if len(ties) == len(node.ties) else replace(node, ties=ties)


def renumbered(edges: Sequence[Edge], before: Sequence[Edge]) -> tuple[Edge, ...]:
    """Orders count 0, 1, 2 again at the ports that lost a wire."""
    kept = {id(edge) for edge in edges}
    touched = {edge.target for edge in before if id(edge) not in kept}
    places: dict[int, int] = {}
    for target in touched:
        wires = sorted((edge for edge in edges if edge.target == target), key=lambda edge: edge.order)
        places.update((id(edge), order) for order, edge in enumerate(wires))
    return tuple(
        replace(edge, order=places[id(edge)]) if places.get(id(edge), edge.order) != edge.order else edge
        for edge in edges
    )


def rename_node(document: Document, graph: str, node: str, name: str) -> Changed:
    """Give a node another name; ties and starting values that speak of it follow. Its id stays."""
    place = graph_of(document, graph)
    found = node_of(place, node)
    if found.name == name:
        return Changed(document, f"rename {name}")
    _check_name(place, found, name)
    is_last = sum(other.name == found.name for other in place.nodes.values()) == 1
    if is_last:
        document = renamed_paths(document, graph, found.name, name)
        place, found = document.graphs[graph], document.graphs[graph].nodes[node]
    return Changed(with_node(document, place, replace(found, name=name)), f"rename {found.name} to {name}")


def _check_name(graph: Graph, node: Node | None, name: str) -> None:
    reason = why_not_attribute(name, sequential=graph.sequential)
    if reason is not None:
        raise EditError(f"“{name}” {reason}. Choose another name.")
    same = [other for other in graph.nodes.values() if other.name == name and other is not node]
    if any(other.shares is None for other in same) and (node is None or node.shares is None):
        raise EditError(
            f"{graph.name} has a node “{name}” already; “{fresh(name, {n.name for n in graph.nodes.values()})}” is "
            "free. Only a node that calls another's module again may have its name."
        )


def set_argument(document: Document, graph: str, node: str, argument: str, value: Value) -> Changed:
    """Give an argument of a node a value or a formula."""
    place = graph_of(document, graph)
    found = node_of(place, node)
    label = f"set {found.name}.{argument}"
    value = stored(value, f"{found.name}.{argument}")
    if argument in found.arguments and same_value(found.arguments[argument], value):
        return Changed(document, label)
    made = replace(found, arguments={**found.arguments, argument: value})
    return Changed(with_node(document, place, made), label)


def same_value(a: Value, b: Value) -> bool:
    """Equal and of the same kind: 1, 1.0 and True are three values."""
    if isinstance(a, tuple) and isinstance(b, tuple):
        return len(a) == len(b) and all(same_value(x, y) for x, y in zip(a, b, strict=True))
    return a.__class__ is b.__class__ and bool(a == b)


def reset_argument(document: Document, graph: str, node: str, argument: str) -> Changed:
    """Let an argument have its default again."""
    place = graph_of(document, graph)
    found = node_of(place, node)
    label = f"reset {found.name}.{argument}"
    if argument not in found.arguments:
        return Changed(document, label)
    return Changed(with_node(document, place, replace(found, arguments=without(found.arguments, argument))), label)


def _set(document: Document, graph: str, node: str, label: str, **fields: Any) -> Changed:
    place = graph_of(document, graph)
    found = node_of(place, node)
    made = replace(found, **fields)
    return Changed(document if made == found else with_node(document, place, made), label.replace("NODE", found.name))


def _formula(text: str, what: str) -> None:
    try:
        formula.parse(text)
    except FormulaError as error:
        raise EditError(f"{what}: {error}") from None


def _count(value: Value, what: str) -> Value:
    if isinstance(value, str):
        _formula(value, what)
        return value if value.startswith("=") else f"={value}"
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise EditError(f"{what}: a whole number from 0, or a formula, is expected; {value!r} came.")
    return stored(value, what)


def set_repeat(document: Document, graph: str, node: str, repeat: Repeat | Value) -> Changed:
    """So many copies in series; None for a single one."""
    name = node_of(graph_of(document, graph), node).name
    if repeat is not None:
        whole = repeat if isinstance(repeat, Repeat) else None
        count = _count(whole.count if whole else repeat, f"{name}.repeat")
        before = node_of(graph_of(document, graph), node).repeat
        repeat = replace(whole or before or Repeat(count), count=count)
    return _set(document, graph, node, "repeat NODE", repeat=repeat)


def set_scan(document: Document, graph: str, node: str, scan: Scan | None) -> Changed:
    """Run a node step by step along a dimension; None for once."""
    if scan is not None and scan.count is not None:
        name = node_of(graph_of(document, graph), node).name
        scan = replace(scan, count=_count(scan.count, f"{name}.scan"))
    return _set(document, graph, node, "scan NODE", scan=scan)


def set_enabled(document: Document, graph: str, node: str, condition: str | None) -> Changed:
    """Use a node only where a formula is true; None or an empty text for always."""
    if condition:
        _formula(condition, f"{node_of(graph_of(document, graph), node).name}.enabled")
    return _set(document, graph, node, "condition of NODE", enabled=condition or None)


def set_cases(document: Document, graph: str, node: str, cases: Sequence[Case]) -> Changed:
    """The alternatives of a node."""
    name = node_of(graph_of(document, graph), node).name
    refuse_recursion(document, graph, [case.use for case in cases])
    for case in cases:
        _formula(case.when, f"{name}: when")
    return _set(document, graph, node, "alternatives of NODE", cases=tuple(cases))


def set_shares(document: Document, graph: str, node: str, other: str | None) -> Changed:
    """Let a node call another's module again instead of having its own."""
    place = graph_of(document, graph)
    if other is not None and (other == node or node_of(place, other).shares is not None):
        raise EditError("A node shares the module of another node that has its own. Choose the first of them.")
    if other is not None and node_of(place, other).use != node_of(place, node).use:
        raise EditError("Only two nodes of the same kind can share a module.")
    if other is not None and any(third.shares == node for third in place.nodes.values()):
        raise EditError("Other nodes share this one's module. Let them share the other's first.")
    return _set(document, graph, node, "share weights of NODE", shares=other)


def set_ties(document: Document, graph: str, node: str, ties: Mapping[str, str]) -> Changed:
    """Own parameters that are the very tensors of other nodes."""
    return _set(document, graph, node, "tie weights of NODE", ties=dict(ties))


def set_bypass(document: Document, graph: str, node: str, bypass: bool = True) -> Changed:
    """Let what enters a node pass through it."""
    return _set(document, graph, node, "bypass NODE" if bypass else "use NODE again", bypass=bypass)


def set_mute(document: Document, graph: str, node: str, mute: bool = True) -> Changed:
    """Leave out a node and all that needs it alone."""
    return _set(document, graph, node, "mute NODE" if mute else "unmute NODE", mute=mute)


def set_note(document: Document, graph: str, node: str, note: str) -> Changed:
    return _set(document, graph, node, "note on NODE", note=note)


# --- Wires --------------------------------------------------------------------------------------------------------


def connect(document: Document, graph: str, source: End, target: End, *, variadic: bool = False) -> Changed:
    """Wire an output to an input. A single input's wire is replaced; a variadic one gets one more."""
    place = graph_of(document, graph)
    _check_end(document, place, source, incoming=False)
    _check_end(document, place, target, incoming=True)
    label = f"connect {show(place, source)} → {show(place, target)}"
    present = [edge for edge in place.edges if edge.target == target]
    if not variadic and len(present) == 1 and present[0].source == source:
        return Changed(document, label)
    if BOUNDARY not in (source.node, target.node) and is_behind(place, source.node, target.node):
        raise EditError(
            f"{show(place, source)} already needs what {show(place, target)} gives, so this wire would go round in a "
            "circle. To feed a result back, make a graph of the step and scan or repeat it."
        )
    if variadic:
        order = max((edge.order for edge in present), default=-1) + 1
        edges = (*place.edges, Edge(source, target, order))
    elif present:
        first = present[0]
        kept = [edge for edge in place.edges if edge.target != target or edge is first]
        edges = tuple(Edge(source, target) if edge is first else edge for edge in kept)
    else:
        edges = (*place.edges, Edge(source, target))
    return Changed(with_graph(document, replace(place, edges=edges)), label)


def _check_end(document: Document, graph: Graph, end: End, *, incoming: bool) -> None:
    side = "input" if incoming else "output"
    if end.node == BOUNDARY:
        ports = graph.outputs if incoming else graph.inputs  # what enters the graph is a source inside
        known, owner = [port.name for port in ports], graph.name
        side = "output" if incoming else "input"
    else:
        node = node_of(graph, end.node)
        found = ports_of(document, node, incoming=incoming)
        if found is None or (end.port == SELF and not incoming):
            return
        known, owner = [port.name for port in found], node.name
    if end.port not in known:
        there = ", ".join(known) or "none"
        raise EditError(f"{owner} has no {side} “{end.port}”; there is: {there}.")


def disconnect(document: Document, graph: str, edges: Edge | Iterable[Edge]) -> Changed:
    """Take wires away."""
    place = graph_of(document, graph)
    gone = [edges] if isinstance(edges, Edge) else list(edges)
    left = [edge for edge in place.edges if edge not in gone]
    if len(left) == len(place.edges):
        return Changed(document, "disconnect nothing")
    label = f"disconnect {show(place, gone[0].target)}" if len(gone) == 1 else f"disconnect {len(gone)} wires"
    return Changed(with_graph(document, replace(place, edges=renumbered(left, place.edges))), label)


def insert_on_edge(
    document: Document,
    graph: str,
    edge: Edge,
    use: Use,
    *,
    input: str = "input",
    output: str = "output",
    name: str = "",
    arguments: Mapping[str, Value] | None = None,
    position: Position | None = None,
) -> Changed:
    """Put a new node into a wire, through its given ports."""
    if edge not in graph_of(document, graph).edges:
        raise EditError("That wire is no longer there.")
    added = add_node(document, graph, use, name=name, arguments=arguments, position=position)
    return put_on_edge(added.document, graph, edge, added.node, input=input, output=output)


def put_on_edge(
    document: Document, graph: str, edge: Edge, node: str, *, input: str = "input", output: str = "output"
) -> Changed:
    """Lead a wire through a node that is there already."""
    place = graph_of(document, graph)
    if edge not in place.edges:
        raise EditError("That wire is no longer there.")
    if node in (edge.source.node, edge.target.node):
        raise EditError(f"{node_of(place, node).name} is at an end of this wire already.")
    into, out = End(node, input), End(node, output)
    _check_end(document, place, into, incoming=True)
    _check_end(document, place, out, incoming=False)
    edges: list[Edge] = []
    for other in place.edges:
        if other == edge:
            edges += [Edge(edge.source, into), replace(edge, source=out)]
        elif other.target != into:
            edges.append(other)
    made = replace(place, edges=tuple(edges))
    if goes_round(made) and not goes_round(place):
        raise EditError(f"{node_of(place, node).name} needs what this wire leads to; it would go round in a circle.")
    label = f"insert {node_of(place, node).name} before {show(place, edge.target)}"
    return Changed(with_graph(document, made), label, (node,))


def replace_node(
    document: Document,
    graph: str,
    node: str,
    use: Use,
    *,
    inputs: Sequence[str],
    outputs: Sequence[str],
    arguments: Mapping[str, Value] | None = None,
) -> Changed:
    """Make a node something else. Wires stay where a port of the same name is there; a lone wire also finds the only,
    or first, port of its side. Name, id and place stay.
    """
    place = graph_of(document, graph)
    found = node_of(place, node)
    refuse_recursion(document, graph, [use])
    into = _matching([edge.target.port for edge in place.edges if edge.target.node == node], inputs)
    out = _matching([edge.source.port for edge in place.edges if edge.source.node == node], outputs)
    if use.kind is not Kind.BLOCK:
        out[SELF] = SELF
    edges = []
    for edge in place.edges:
        moved = edge
        if edge.target.node == node:
            if edge.target.port not in into:
                continue
            moved = replace(moved, target=End(node, into[edge.target.port]))
        if edge.source.node == node:
            if edge.source.port not in out:
                continue
            moved = replace(moved, source=End(node, out[edge.source.port]))
        edges.append(edge if moved == edge else moved)
    given = {key: stored(value, f"{found.name}.{key}") for key, value in (arguments or {}).items()}
    made = replace(found, use=use, cases=(), arguments=given, ties={}, shares=None)
    others = {
        identity: replace(other, shares=None) if other.shares == node else other
        for identity, other in place.nodes.items()
    }
    whole = replace(place, nodes={**others, node: made}, edges=tuple(edges))
    return Changed(with_graph(document, whole), f"replace {found.name} by {use.name}", (node,))


def _matching(wired: Sequence[str], ports: Sequence[str]) -> dict[str, str]:
    """Which new port each wired one becomes."""
    found = {port: port for port in wired if port in ports}
    if not found and len(set(wired)) == 1 and ports:
        found[wired[0]] = ports[0]
    return found
