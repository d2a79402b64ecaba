"""What there is to choose from in an elaborated graph: parameters to tie, places whose parameters start somehow."""

from __future__ import annotations

from collections.abc import Iterator

from app.core.block import Weight
from app.core.document import Kind, Node
from app.core.results import GraphResult, NodeResult, state_of, unit_key, walk


def own_parameters(result: NodeResult) -> dict[str, Weight]:
    """What a node learns, by the key that a tie gives it: with the copy's number where it is repeated."""
    found: dict[str, Weight] = {}
    for index, unit in enumerate(result.units):
        start = f"{index}." if result.node.repeat is not None else ""
        if unit.instance is not None:
            found.update(state_of(unit.instance, start))
        found.update({f"{start}{name}" if name else start.rstrip("."): w for name, w in unit.weights.items()})
    return {key: weight for key, weight in found.items() if weight.learnt}


def tie_targets(instance: GraphResult, node: Node, own: str) -> list[str]:
    """Paths of other nodes' parameters that have the shape of an own one."""
    result = instance.nodes.get(node.id)
    weight = own_parameters(result).get(own) if result is not None else None
    inside = {unit_key(node, index) for index in range(len(result.units) if result is not None else 0)}
    return [
        path
        for path, other in state_of(instance).items()
        if other.learnt
        and not any(path == key or path.startswith(f"{key}.") for key in inside)
        and (weight is None or tuple(other.shape) == tuple(weight.shape))
    ]


def _learning(result: NodeResult) -> dict[str, Weight]:
    """The parameters of a block's first unit; a graph's are those of the nodes in it."""
    unit = result.units[0] if result.units else None
    if unit is None or unit.instance is not None:
        return {}
    return {name: weight for name, weight in unit.weights.items() if weight.learnt}


def kinds_inside(instance: GraphResult) -> dict[str, list[str]]:
    """Block kinds that learn something, at any depth, and what: ``Conv2d: weight, bias``."""
    found: dict[str, list[str]] = {}
    for inner in walk(instance):
        for result in inner.nodes.values():
            if result.block is None or not result.active or result.node.shares:
                continue
            names = found.setdefault(type(result.block).__name__, [])
            names += [name for name in _learning(result) if name and name not in names]
    return {kind: names for kind, names in sorted(found.items()) if names}


def nodes_inside(instance: GraphResult, prefix: str = "") -> dict[str, list[str]]:
    """Paths of nodes that learn something, copies of a repeat once, and what they learn."""
    return dict(_nodes_inside(instance, prefix))


def _nodes_inside(instance: GraphResult, prefix: str) -> Iterator[tuple[str, list[str]]]:
    for result in instance.nodes.values():
        if not result.active or result.node.shares or result.node.use.kind is Kind.MODEL:
            continue
        path = f"{prefix}{result.node.name}"
        names = list(_learning(result))
        if names:
            yield path, names
        elif result.copies:
            yield from _nodes_inside(result.copies[0], f"{path}.")
