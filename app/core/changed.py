"""What an edit changed in a graph, and which nodes must be looked at again for it."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import compress
from operator import is_not
from typing import Any

from app.core.document import Graph, Node
from app.core.memory import Kept, NodeState, exact
from app.core.plan import Plan


def changed_nodes(kept: Kept, graph: Graph) -> tuple[str, ...] | None:
    """Ids of the nodes that are other objects than before; None where wires or nodes came or went."""
    old = kept.graph
    if old is graph:
        return ()
    if old.edges is not graph.edges or len(old.nodes) != len(graph.nodes):
        return None
    if old.nodes is graph.nodes:
        return ()
    changed = tuple(compress(kept.plan.ids, map(is_not, old.nodes.values(), graph.nodes.values())))
    for identity in changed:
        node = graph.nodes.get(identity)
        if node is None or node.id != identity or node is old.nodes.get(identity):
            return None  # ids moved: the topology is worked out anew
    return changed


def needs_look(old: Graph, new: Graph, changed: tuple[str, ...]) -> bool:
    return any(not same_outside(old.nodes[i], new.nodes[i]) for i in changed)


def same_outside(old: Node, new: Node) -> bool:
    """Whether two versions of a node look the same to the rest of the graph, but for what flows out."""
    return (
        old.name == new.name
        and old.use == new.use
        and old.cases == new.cases
        and old.shares == new.shares
        and old.ties == new.ties
        and old.repeat == new.repeat
        and old.mute == new.mute
    )


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
    moved = {name for name, value in names.items() if not _same(value, before.get(name))}
    if names.keys() != before.keys():
        moved |= before.keys() ^ names.keys()
        for state in states:
            if not names.keys() >= set(state.names):
                moved.update(state.names)  # its problem says which names there are
    return moved


def _same(a: Any, b: Any) -> bool:
    return a is b or bool(exact(a) == exact(b))
