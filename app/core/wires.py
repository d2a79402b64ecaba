"""Edits of a graph's wires."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from app.core.changes import Changed, EditError, goes_round, graph_of, is_behind, node_of, ports_of, with_graph
from app.core.document import BOUNDARY, SELF, Document, Edge, End, Graph


def show(graph: Graph, end: End) -> str:
    """An end of a wire in the words of the canvas: the node's name, with the port where it matters."""
    return end.port if end.node == BOUNDARY else graph.nodes[end.node].name if end.node in graph.nodes else str(end)


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
