"""Paths of node names (``transformer.h.0.wte.weight``) in ties and starting values, kept right when a name changes."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace

from app.core.changes import uses_of
from app.core.document import Document, Graph, Kind, Node


def renamed_paths(document: Document, graph: str, old: str, new: str) -> Document:
    """The document with every path that goes through the node ``old`` of ``graph`` going through ``new``."""
    graphs: dict[str, Graph] = {}
    for name, place in document.graphs.items():
        nodes = {key: _ties(document, place, node, graph, old, new) for key, node in place.nodes.items()}
        initial = tuple(
            replace(entry, nodes=tuple(renamed_path(document, name, path, graph, old, new) for path in entry.nodes))
            for entry in place.initial
        )
        if any(nodes[key] is not node for key, node in place.nodes.items()) or initial != place.initial:
            graphs[name] = replace(place, nodes=nodes, initial=initial)
        else:
            graphs[name] = place
    if all(graphs[name] is place for name, place in document.graphs.items()):
        return document
    return replace(document, graphs=graphs)


def _ties(document: Document, place: Graph, node: Node, graph: str, old: str, new: str) -> Node:
    if place.name == graph and node.shares == old and old not in place.nodes:
        node = replace(node, shares=new)
    if not node.ties:
        return node
    own = {use.name for use in uses_of(node) if use.kind is Kind.GRAPH}
    ties: Mapping[str, str] = {
        next((renamed_path(document, inner, key, graph, old, new) for inner in own), key): renamed_path(
            document, place.name, path, graph, old, new
        )
        for key, path in node.ties.items()
    }
    return node if ties == node.ties else replace(node, ties=ties)


def renamed_path(document: Document, start: str, path: str, graph: str, old: str, new: str) -> str:
    """One path that begins in the graph ``start``, with ``old`` in ``graph`` replaced by ``new``."""
    here = start
    made: list[str] = []
    was_repeated = False
    for step in path.split("."):
        if was_repeated and step.isdigit():
            made.append(step)
            continue
        made.append(new if here == graph and step == old else step)
        node = document.graphs[here].named(step) if here in document.graphs else None
        here = next((use.name for use in uses_of(node) if use.kind is Kind.GRAPH), "") if node else ""
        was_repeated = node is not None and node.repeat is not None
    return ".".join(made)
