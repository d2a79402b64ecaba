"""Edits of one node: its arguments' values, and how it is used."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec.structs import replace

from app.core import formula
from app.core.changes import (
    Changed,
    EditError,
    graph_of,
    node_of,
    refuse_recursion,
    stored,
    with_graph,
    with_node,
    without,
)
from app.core.document import Case, Document, Graph, Node, Repeat, Scan, Value
from app.core.formula import FormulaError


def set_argument(document: Document, graph: str, node: str, argument: str, value: Value) -> Changed:
    """Give an argument of a node a value or a formula; whoever calls the same module has it, too."""
    place = graph_of(document, graph)
    found = node_of(place, node)
    label = f"set {found.name}.{argument}"
    value = stored(value, f"{found.name}.{argument}")
    if argument in found.arguments and same_value(found.arguments[argument], value):
        return Changed(document, label)
    return Changed(_with_arguments(document, place, found, {**found.arguments, argument: value}), label)


def _with_arguments(document: Document, place: Graph, node: Node, arguments: Mapping[str, Value]) -> Document:
    """The node with these arguments, and all nodes that share its module: one module is made once."""
    others = _callers(place, node)
    if not others:
        return with_node(document, place, replace(node, arguments=arguments))
    made = {other.id: replace(other, arguments=arguments) for other in (node, *others)}
    return with_graph(document, replace(place, nodes={**place.nodes, **made}))


def _callers(place: Graph, node: Node) -> list[Node]:
    """The other nodes that call the module that this one makes or calls."""
    sharing = [other for other in place.nodes.values() if other.shares is not None]
    if not sharing:
        return []
    owner = owner_of(place, node) or node
    group = [owner, *(other for other in sharing if owner_of(place, other) is owner)]
    return [other for other in group if other.id != node.id] if len(group) > 1 else []


def owner_of(place: Graph, node: Node) -> Node | None:
    """The node whose module this one calls again, by id or by name; None where it has its own."""
    if node.shares is None:
        return None
    by_name = (other for other in place.nodes.values() if other.name == node.shares and other.shares is None)
    return place.nodes.get(node.shares) or next(by_name, None)


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
    return Changed(_with_arguments(document, place, found, without(found.arguments, argument)), label)


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
    found = node_of(graph_of(document, graph), node)
    if repeat is not None:
        if found.scan is not None:
            raise EditError(f"“{found.name}” is scanned, and nothing says which would come first. Take its scan away.")
        whole = repeat if isinstance(repeat, Repeat) else None
        count = _count(whole.count if whole else repeat, f"{found.name}.repeat")
        repeat = replace(whole or found.repeat or Repeat(count), count=count)
    return _set(document, graph, node, "repeat NODE", repeat=repeat)


def set_scan(document: Document, graph: str, node: str, scan: Scan | None) -> Changed:
    """Run a node step by step along a dimension; None for once."""
    found = node_of(graph_of(document, graph), node)
    if scan is not None and found.repeat is not None:
        raise EditError(f"“{found.name}” is repeated, and nothing says which would come first. Take its repeat away.")
    if scan is not None and scan.count is not None:
        scan = replace(scan, count=_count(scan.count, f"{found.name}.scan"))
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
