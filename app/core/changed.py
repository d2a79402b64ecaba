"""What an edit changed in a graph, and which nodes must be looked at again for it."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import compress
from operator import is_not
from typing import Any

from msgspec import Struct

from app.core.document import Graph, Node
from app.core.memory import Kept, NodeState, exact
from app.core.plan import Plan
from app.core.replaced import Replaced


class Change(Struct, frozen=True):
    """The nodes of a graph that are other objects than before, and whether one of them looks other from outside."""

    ids: tuple[str, ...] = ()
    is_outside: bool = False


NO_CHANGE = Change()


def change_of(kept: Kept, graph: Graph) -> Change | None:
    """What is other than before; None where wires or nodes came or went."""
    old = kept.graph
    if old is graph or old.nodes is graph.nodes:
        return NO_CHANGE if old.edges is graph.edges else None
    if old.edges is not graph.edges or len(old.nodes) != len(graph.nodes):
        return None
    nodes = graph.nodes
    if isinstance(nodes, Replaced) and nodes.is_after(old.nodes):
        ids: tuple[str, ...] = (nodes.key,) if nodes[nodes.key] is not old.nodes[nodes.key] else ()
    else:
        ids = tuple(compress(kept.plan.ids, map(is_not, old.nodes.values(), nodes.values())))
    is_outside = False
    for identity in ids:
        before, now = old.nodes[identity], graph.nodes.get(identity)
        if now is None or now.id != identity or now is before:
            return None  # ids moved: the topology is worked out anew
        is_outside = is_outside or not same_outside(before, now)
    return Change(ids, is_outside)


def same_outside(old: Node, new: Node) -> bool:
    """Whether two versions of a node look the same to the rest of the graph, but for what flows out."""
    return _outside(old) == _outside(new)


def _outside(node: Node) -> tuple[Any, ...]:
    is_both = node.repeat is not None and node.scan is not None
    return node.name, node.use, node.cases, node.shares, node.ties, node.repeat, node.mute, is_both


def dirty_nodes(
    plan: Plan,
    kept: Kept | None,
    graph: Graph,
    names: Mapping[str, Any],
    types: tuple[Any, ...],
    stamp: tuple[int, ...],
    changed: tuple[str, ...],
    states: list[NodeState],
) -> bytearray:
    """A flag for each node in order: whether it must be looked at again."""
    if kept is None:
        return bytearray(b"\1") * len(plan.order)
    dirty = bytearray(len(plan.order))
    for identity in changed:
        if identity in plan.position:
            dirty[plan.position[identity]] = 1
    if types is not kept.types:
        for port, old, new in zip(graph.inputs, kept.types, types, strict=True):
            if old is not new:
                for consumer in plan.boundary_consumers.get(port.name, ()):
                    dirty[consumer] = 1
    moved = _moved(kept.names, names, states)
    if moved:
        for position, state in enumerate(states):
            if not moved.isdisjoint(state.names):
                dirty[position] = 1
    again = plan.module_nodes if stamp[1:] == kept.stamp[1:] else plan.instances
    for identity in again:
        if identity in plan.position:
            dirty[plan.position[identity]] = 1
    return dirty


def _moved(before: Mapping[str, Any], names: Mapping[str, Any], states: list[NodeState]) -> set[str]:
    """Names that formulas may be over and that stand for something else than before."""
    moved: set[str] = set()
    for name, value in names.items():
        other = before.get(name)
        if value is not other and exact(value) != exact(other):
            moved.add(name)
    if names.keys() != before.keys():
        moved |= before.keys() ^ names.keys()
        for state in states:
            if not names.keys() >= set(state.names):
                moved.update(state.names)  # its problem says which names there are
    return moved
