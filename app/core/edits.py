"""Edits of one graph: its nodes and wires. Each is a pure function that gives a ``Changed``."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from msgspec.structs import replace

from app.core.changes import (
    Changed,
    EditError,
    fresh,
    graph_of,
    node_of,
    refuse_recursion,
    snake,
    stored,
    with_graph,
    with_node,
)
from app.core.document import (
    BOUNDARY,
    SELF,
    Document,
    Edge,
    End,
    Graph,
    Kind,
    Node,
    Use,
    Value,
)
from app.core.names import may_be_number, why_not_attribute
from app.core.node_paths import renamed_paths
from app.core.node_settings import (
    reset_argument,
    same_value,
    set_argument,
    set_bypass,
    set_cases,
    set_enabled,
    set_mute,
    set_note,
    set_repeat,
    set_scan,
    set_shares,
    set_ties,
)
from app.core.placing import Position, forget_layout, layout_of, move_nodes, moved_to, remove_frame, set_frame
from app.core.wires import connect, disconnect, put_on_edge, renumbered, show

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
"""Placing, wires and how nodes are used are edited through here too."""


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
    is_number = graph.sequential if node is None else may_be_number(graph, node)
    reason = why_not_attribute(name, sequential=is_number)
    if reason is not None:
        raise EditError(f"“{name}” {reason}. Choose another name.")
    same = [other for other in graph.nodes.values() if other.name == name and other is not node]
    if any(other.shares is None for other in same) and (node is None or node.shares is None):
        raise EditError(
            f"{graph.name} has a node “{name}” already; “{fresh(name, {n.name for n in graph.nodes.values()})}” is "
            "free. Only a node that calls another's module again may have its name."
        )


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
