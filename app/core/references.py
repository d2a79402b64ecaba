"""Where a document speaks of a graph, port or argument, and how to change it there: used by the edits of structure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from msgspec.structs import replace

from app.core.changes import (
    EditError,
    formulas_of,
    rekeyed,
    rewrite_node,
    rewritten,
    rewritten_all,
    uses_of,
    without,
)
from app.core.document import (
    Document,
    Graph,
    Node,
    Recipe,
    Use,
    Value,
)


def check_name(name: str, reason: str | None, taken: Sequence[str] | Mapping[str, Any], what: str) -> None:
    if reason is not None:
        raise EditError(f"“{name}” {reason}. Choose another name.")
    if name in taken:
        raise EditError(f"There is {what} “{name}” already. Choose another name.")


def each_node(document: Document, change: Callable[[Graph, Node], Node]) -> Document:
    """The document with every node changed; graphs in which none is stay the same objects."""
    graphs = {}
    for name, graph in document.graphs.items():
        nodes = {key: change(graph, node) for key, node in graph.nodes.items()}
        differs = any(nodes[key] is not node for key, node in graph.nodes.items())
        graphs[name] = replace(graph, nodes=nodes) if differs else graph
    if all(graphs[name] is graph for name, graph in document.graphs.items()):
        return document
    return replace(document, graphs=graphs)


def used_as(node: Node, old: Use, new: Use) -> Node:
    if old not in uses_of(node):
        return node
    cases = tuple(replace(case, use=new) if case.use == old else case for case in node.cases)
    return replace(node, use=new if node.use == old else node.use, cases=cases)


def each_run(recipe: Recipe, graph: str, change: Callable[[Any, str], Any]) -> Recipe:
    """The recipe with each phase, evaluation and preview of a graph changed; told the field that names the graph."""
    stages = tuple(
        replace(stage, phases=tuple(change(p, "step") if p.step == graph else p for p in stage.phases))
        for stage in recipe.stages
    )
    evaluations = tuple(change(e, "graph") if e.graph == graph else e for e in recipe.evaluations)
    previews = tuple(change(p, "graph") if p.graph == graph else p for p in recipe.previews)
    return replace(recipe, stages=stages, evaluations=evaluations, previews=previews)


def keyed(mapping: Mapping[str, Any], old: str, new: str | None) -> Mapping[str, Any]:
    if old not in mapping:
        return mapping
    return without(mapping, old) if new is None else rekeyed(mapping, old, new)


def texts(graph: Graph) -> list[str]:
    """Every formula in a graph."""
    found = [text for node in graph.nodes.values() for text in formulas_of(node)]

    def note(text: str) -> Value:
        found.append(text)
        return text

    for entry in graph.initial:
        rewritten_all(entry.arguments, note)
    for argument in graph.arguments:
        rewritten(argument.default, note)
    return found


def each_formula(graph: Graph, rewrite: Callable[[str], Value]) -> Graph:
    return replace(
        graph,
        nodes={key: rewrite_node(node, rewrite) for key, node in graph.nodes.items()},
        initial=tuple(replace(e, arguments=rewritten_all(e.arguments, rewrite)) for e in graph.initial),
        arguments=tuple(replace(a, default=rewritten(a.default, rewrite)) for a in graph.arguments),
    )
