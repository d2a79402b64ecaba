"""What every edit has in common: its result, its refusal, and small steps from one document to the next.

An edit is a function ``Document -> Changed``. Whatever it does not touch is the same object before and after.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from msgspec.structs import replace

from app.core import formula
from app.core.document import BOUNDARY, Case, Document, Graph, GraphPort, Kind, Node, Use, Value
from app.core.formula import FormulaError
from app.core.replaced import Replaced

BOUND = 2**63


class EditError(ValueError):
    """An edit that was refused; the message is a sentence that says why and what to do."""


@dataclass(frozen=True, slots=True)
class Changed:
    """What an edit gives: the new document, its name in the undo menu, and ids of nodes that it made."""

    document: Document
    label: str
    nodes: tuple[str, ...] = ()

    @property
    def node(self) -> str:
        """The id of the one node that it made."""
        return self.nodes[0]


def graph_of(document: Document, name: str) -> Graph:
    found = document.graphs.get(name)
    if found is None:
        known = ", ".join(document.graphs) or "none"
        raise EditError(f"There is no graph “{name}” in this document; there are: {known}.")
    return found


def node_of(graph: Graph, identity: str) -> Node:
    found = graph.nodes.get(identity)
    if found is None:
        raise EditError(f"There is no node “{identity}” in {graph.name}; it may have been removed meanwhile.")
    return found


def with_graph(document: Document, graph: Graph) -> Document:
    """The document with this graph in place of the one of its name, or at the end."""
    return replace(document, graphs={**document.graphs, graph.name: graph})


def shared(before: Document, after: Document) -> Document:
    """The later document with every graph that came out equal as the object that it was."""
    graphs = {
        name: old if (old := before.graphs.get(name)) is not None and old == graph else graph
        for name, graph in after.graphs.items()
    }
    return replace(after, graphs=graphs)


def with_node(document: Document, graph: Graph, node: Node) -> Document:
    return with_graph(document, replace(graph, nodes=Replaced(graph.nodes, node.id, node)))


def rekeyed(mapping: Mapping[str, Any], old: str, new: str, value: Any = None) -> dict[str, Any]:
    """The mapping with a key renamed in its place (and its value replaced, where one is given)."""
    return {
        (new if key == old else key): (value if key == old and value is not None else item)
        for key, item in mapping.items()
    }


def without(mapping: Mapping[str, Any], *keys: str) -> dict[str, Any]:
    return {key: item for key, item in mapping.items() if key not in keys}


def fresh(wanted: str, taken: Container[str]) -> str:
    """``conv1``, or the next number that is free."""
    if wanted not in taken:
        return wanted
    stem, digits = re.fullmatch(r"(.*?)(\d*)", wanted, re.DOTALL).groups()  # type: ignore[union-attr]
    number = int(digits) + 1 if digits and len(digits) < 9 else 2
    if not digits and stem and stem[-1].isdigit():
        stem += "_"
    while f"{stem}{number}" in taken:
        number += 1
    return f"{stem}{number}"


def snake(name: str) -> str:
    """``BatchNorm2d`` as an attribute's name: ``batch_norm``."""
    text = re.sub(r"(e|i|E)LU", r"\1lu", re.sub(r"[123]d$", "", name))
    text = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", text).lower()
    text = re.sub(r"\W+", "_", text, flags=re.ASCII).strip("_")
    return text if text.isidentifier() else f"node_{text}".strip("_")


def stored(value: Value, what: str) -> Value:
    """A value as the document keeps it: lists as tuples; refused where a file could not hold it."""
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, int):
        if not -BOUND < value < BOUND:
            raise EditError(f"{what}: {value} is beyond ±2^63. Choose a number that can be meant.")
        return int(value)
    if isinstance(value, float):
        if not math.isfinite(value):
            raise EditError(f"{what}: a finite number is expected; {value} came.")
        return value
    if isinstance(value, list | tuple):
        return tuple(stored(item, what) for item in value)
    raise EditError(f"{what}: a number, a text, true or false, or a list is expected; a {type(value).__name__} came.")


# --- What a node uses, and what goes round ------------------------------------------------------------------------


def uses_of(node: Node) -> list[Use]:
    return [node.use, *(case.use for case in node.cases)]


def used_graphs(document: Document, node: Node) -> set[str]:
    """Names of the graphs that a node is an instance of, also through a model."""
    found = set()
    for use in uses_of(node):
        if use.kind is Kind.GRAPH:
            found.add(use.name)
        elif use.kind is Kind.MODEL and use.name in document.models:
            found.add(document.models[use.name].graph)
    return found


def refuse_recursion(document: Document, graph: str, uses: Iterable[Use]) -> None:
    """EditError where a node with these uses would make the graph contain itself."""
    waiting = list(used_graphs(document, Node(id="-", name="-", use=Use(Kind.BLOCK, ""), cases=tuple(
        Case("", use) for use in uses
    ))))  # fmt: skip
    seen: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name == graph:
            raise EditError(
                f"{graph} cannot contain itself, directly or through another graph. Use repeat or scan to do "
                "something many times."
            )
        if name not in seen and name in document.graphs:
            seen.add(name)
            for node in document.graphs[name].nodes.values():
                waiting.extend(used_graphs(document, node))


def goes_round(graph: Graph) -> list[str]:
    """Ids of nodes on or behind a cycle of wires, empty where there is none; the boundary never counts."""
    behind: dict[str, list[str]] = {identity: [] for identity in graph.nodes}
    missing = dict.fromkeys(graph.nodes, 0)
    for edge in graph.edges:
        if edge.source.node in behind and edge.target.node in missing:
            behind[edge.source.node].append(edge.target.node)
            missing[edge.target.node] += 1
    ready = [identity for identity, count in missing.items() if not count]
    while ready:
        for identity in behind[ready.pop()]:
            missing[identity] -= 1
            if not missing[identity]:
                ready.append(identity)
    return [identity for identity, count in missing.items() if count]


def is_behind(graph: Graph, node: str, before: str) -> bool:
    """Whether wires lead from ``before`` to ``node`` (or they are the same)."""
    after: dict[str, list[str]] = {}
    for edge in graph.edges:
        if BOUNDARY not in (edge.source.node, edge.target.node):
            after.setdefault(edge.source.node, []).append(edge.target.node)
    seen, waiting = {before}, [before]
    while waiting:
        here = waiting.pop()
        if here == node:
            return True
        for following in after.get(here, ()):
            if following not in seen:
                seen.add(following)
                waiting.append(following)
    return False


def ports_of(document: Document, node: Node, *, incoming: bool) -> tuple[GraphPort, ...] | None:
    """The ports of a node that is a graph or a model of this document; None for a block, or where it is missing."""
    names = used_graphs(document, node) if node.use.kind is not Kind.BLOCK else set()
    graphs = [document.graphs[name] for name in names if name in document.graphs]
    if len(graphs) != 1:
        return None
    return graphs[0].inputs if incoming else graphs[0].outputs


# --- Formulas in a node -------------------------------------------------------------------------------------------


Rewrite = Callable[[str], Value]
"""Takes a formula's text and gives what stands there instead."""


def rewritten(value: Value, rewrite: Rewrite) -> Value:
    """A value with the formulas in it rewritten; what is no formula, or cannot be read as one, stays."""
    if isinstance(value, tuple):
        return tuple(rewritten(item, rewrite) for item in value)
    if not formula.is_formula(value):
        return value
    try:
        return rewrite(value)
    except FormulaError:
        return value


def rewritten_all(values: Mapping[str, Value], rewrite: Rewrite) -> Mapping[str, Value]:
    made = {key: rewritten(value, rewrite) for key, value in values.items()}
    return values if made == values else made


def condition(text: str, rewrite: Rewrite) -> str:
    """``enabled`` and ``when`` are formulas with or without their ``=``, and stay texts."""
    try:
        made = rewrite("=" + text.removeprefix("="))
    except FormulaError:
        return text
    shown = made if formula.is_formula(made) else f"={made!r}"
    return str(shown) if text.startswith("=") else str(shown)[1:]


def rewrite_node(node: Node, rewrite: Rewrite) -> Node:
    """The node with every formula on it rewritten; the same object where nothing changes."""
    made = replace(
        node,
        arguments=rewritten_all(node.arguments, rewrite),
        cases=tuple(
            replace(case, when=condition(case.when, rewrite), arguments=rewritten_all(case.arguments, rewrite))
            for case in node.cases
        ),
        repeat=node.repeat and replace(node.repeat, count=rewritten(node.repeat.count, rewrite)),
        scan=node.scan and replace(node.scan, count=rewritten(node.scan.count, rewrite)),
        enabled=None if node.enabled is None else condition(node.enabled, rewrite),
    )
    return node if made == node else made


def formulas_of(node: Node) -> list[str]:
    """Every formula that stands on a node."""
    found: list[str] = []

    def note(text: str) -> Value:
        found.append(text)
        return text

    rewrite_node(node, note)
    return found


def names_in(texts: Iterable[str]) -> set[str]:
    """The names that formulas speak of; unreadable ones speak of none."""
    found: set[str] = set()
    for text in texts:
        try:
            found |= formula.parse(text).names
        except FormulaError:
            continue
    return found
