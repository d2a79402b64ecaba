"""What the nodes of an instance come to: its totals, its problems, and whether shared and tied weights fit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from operator import add, sub
from typing import Any

from app.core.document import BOUNDARY, Graph, Node
from app.core.memory import Kept
from app.core.plan import Plan
from app.core.problems import Path, Problem
from app.core.results import GraphResult, NodeResult, Totals, Unit, together, unit_key
from app.core.tensor_type import ABSENT, TensorType, WireType


def problems_of(
    nodes: Mapping[str, NodeResult],
    plan: Plan,
    static: tuple[Problem, ...],
    kept: Kept | None,
    replaced: list[NodeResult],
) -> tuple[Problem, ...]:
    """The graph's own problems and those inside its instances, one for each node that shows one."""
    if kept is not None and kept.static is static and not kept.result.problems:
        touched = replaced
    elif kept is not None and kept.static is static and not replaced:
        return kept.result.problems
    else:
        touched = [nodes[identity] for identity in plan.ids if identity in nodes]
    if not plan.instances:  # only the nodes themselves can show any
        touched = [result for result in touched if result.problem is not None]
    found: dict[tuple[str, str], Problem] = {}
    for problem in static:
        found.setdefault((problem.path.graph, problem.path.node or problem.message), problem)
    for result in touched:
        if result.problem is not None:
            found.setdefault((result.problem.path.graph, result.problem.path.node), result.problem)
        for unit in result.units:
            if unit.instance is not None and unit.instance.problems:
                for problem in unit.instance.problems:
                    found.setdefault((problem.path.graph, problem.path.node or problem.message), problem)
    return tuple(found.values())


def ending_problems(
    told: tuple[Problem, ...],
    graph: Graph,
    plan: Plan,
    nodes: Mapping[str, NodeResult],
    outputs: Mapping[str, WireType],
) -> tuple[Problem, ...]:
    """The problems with those that show only once all nodes are known: ties and shares that do not fit, outputs that a
    muted node leaves without a value. A place that has a problem already gets no second one.
    """
    found = list(tie_problems(graph, plan, nodes)) if plan.tied else []
    if ABSENT in outputs.values():
        found += _mute_problems(graph, plan, outputs)
    if None in outputs.values():
        found += _left_out_problems(graph, plan, nodes, outputs)
    places = {(problem.path.graph, problem.path.node or problem.message) for problem in told}
    return told + tuple(
        problem for problem in found if (problem.path.graph, problem.path.node or problem.message) not in places
    )


def _mute_problems(graph: Graph, plan: Plan, outputs: Mapping[str, WireType]) -> Iterator[Problem]:
    """Outputs that are wired, but to a node that is muted or needs a muted one."""
    for name, type_ in outputs.items():
        source = plan.outputs.get(name)
        muted = _muted_behind(graph, plan, source[0]) if type_ is ABSENT and source is not None else None
        if muted is not None:
            message = (
                f"The output “{name}” of {graph.name} needs “{muted.name}”, which is muted. Unmute it, or wire the "
                "output to a node that does without it."
            )
            yield Problem(message, Path(graph.name, "", name), expected="a value", came="nothing")


def _left_out_problems(
    graph: Graph, plan: Plan, nodes: Mapping[str, NodeResult], outputs: Mapping[str, WireType]
) -> Iterator[Problem]:
    """Outputs that are wired to another than the first output of a node that is left out."""
    for name, type_ in outputs.items():
        source, port = plan.outputs.get(name) or (BOUNDARY, "")
        if type_ is not None or source == BOUNDARY or nodes[source].active or port in nodes[source].outputs:
            continue
        message = (
            f"The output “{name}” of {graph.name} comes from “{graph.nodes[source].name}.{port}”, which there is not "
            "here, because the node is left out: of that only the first output is there, as what entered it."
        )
        yield Problem(message, Path(graph.name, "", name), expected="a value", came="nothing")


def _muted_behind(graph: Graph, plan: Plan, start: str) -> Node | None:
    """The nearest muted node among those that feed this one, itself included."""
    waiting, seen = [start], {BOUNDARY}
    for identity in waiting:  # grows while it is walked
        if identity in seen:
            continue
        seen.add(identity)
        if graph.nodes[identity].mute:
            return graph.nodes[identity]
        waiting += [source for source, _ in plan.feeds[identity].sources]
    return None


def totals_of(nodes: Mapping[str, NodeResult], kept: Kept | None, replaced: list[NodeResult]) -> Totals:
    """The sum over all nodes; where few were replaced, from what it was before."""
    if kept is None or 2 * len(replaced) > len(nodes):
        return together([result.totals for result in nodes.values()])
    before = kept.result.nodes
    new = [result.totals for result in replaced]
    old = [before[result.node.id].totals for result in replaced]
    if new == old:
        return kept.result.totals
    return Totals(*map(sub, map(add, kept.result.totals, together(new)), together(old)))


def tie_problems(graph: Graph, plan: Plan, nodes: Mapping[str, NodeResult]) -> list[Problem]:
    """Ties that lead nowhere or join tensors of different shapes; shares that lead nowhere."""
    problems: list[Problem] = []
    names = {node.name: nodes.get(identity) for identity, node in graph.nodes.items() if not node.shares}
    for identity in plan.tied:
        node = graph.nodes[identity]
        result = nodes.get(identity)
        if node.shares:
            reason = _why_not_shared(graph, nodes, node, names)
            if reason is not None:
                message = f"“{node.name}” calls the module of “{node.shares}” again, {reason}."
                problems.append(Problem(message, Path(graph.name, identity), expected="a node here", came=node.shares))
        if result is None or not result.units:
            continue
        for own, path in node.ties.items():
            problem = _tie_problem(graph, identity, result, own, path, names)
            if problem is not None:
                problems.append(problem)
    return problems


def _why_not_shared(
    graph: Graph, nodes: Mapping[str, NodeResult], node: Node, names: Mapping[str, NodeResult | None]
) -> str | None:
    """The end of a sentence that says why a node cannot call the module of the one that it names by id or name."""
    assert node.shares is not None
    owner = graph.nodes.get(node.shares)
    target = nodes.get(node.shares) if owner is not None else names.get(node.shares)
    if owner is None and target is None:
        return f"which {graph.name} does not have"
    owner = owner or (target.node if target is not None else node)
    if owner.shares:
        return "which has no module of its own" if owner is not node else "which is itself"
    if owner.use != node.use:
        return f"which is {owner.use.name} and not {node.use.name}"
    result = nodes.get(node.id)
    if target is None or result is None or not result.active:
        return None
    if not target.active:
        return f"which {_absence(owner)}"
    if not target.units or not result.units:
        return None
    here, there = result.units[0], target.units[0]
    if here.instance is not None and there.instance is not None:
        difference = weights_differ(here.instance, there.instance, {})
    else:
        difference = _unit_differs(owner.name, here, there)
    return None if difference is None else f"but here {difference}"


def _absence(node: Node) -> str:
    """Why a node that is not active is not there."""
    if node.mute or node.bypass:
        return "is muted" if node.mute else "is bypassed"
    return "needs a node that is muted" if node.enabled is None else "is left out here"


def _tie_problem(
    graph: Graph, identity: str, result: NodeResult, own: str, path: str, names: Mapping[str, NodeResult | None]
) -> Problem | None:
    where = Path(graph.name, identity, "ties")
    if not _is_known(result):
        return None
    weight = _weight_at(result, own)
    if weight is None:
        return Problem(f"“{result.node.name}” has no parameter “{own}” to tie.", where, came=own)
    head, _, rest = path.partition(".")
    target = names.get(head)
    if target is not None and not _is_known(target):
        return None  # what is wrong there is told there
    other = _weight_at(target, rest) if target is not None else None
    if other is None:
        message = f"“{result.node.name}.{own}” is tied to “{path}”, which {graph.name} does not have."
        return Problem(message, where, expected="a parameter of this graph", came=path)
    if tuple(weight.shape) != tuple(other.shape):
        here, there = TensorType(weight.shape), TensorType(other.shape)
        message = f"“{result.node.name}.{own}” is {here} and cannot be the same tensor as “{path}”, which is {there}."
        return Problem(message, where, expected=str(there), came=str(here))
    return None


def _is_known(result: NodeResult) -> bool:
    """Whether all of its weights are: nothing of it is wrong or muted."""
    return bool(result.units) and not any(unit.instance is not None and unit.instance.problems for unit in result.units)


def _weight_at(result: NodeResult, key: str) -> Any:
    if not result.units:
        return None
    if result.node.repeat is not None:
        index, _, key = key.partition(".")
        unit = result.units[int(index)] if index.isdigit() and int(index) < len(result.units) else None
    else:
        unit = result.units[0]
    if unit is None:
        return None
    return weight_at(unit, key)


def weight_at(unit: Unit, key: str) -> Any:
    """The weight under a key of a unit's state, without making the whole state: copies may be many."""
    if unit.instance is None:
        return unit.weights.get(key)
    for result in unit.instance.nodes.values():
        if not result.active or result.node.shares:
            continue
        for index, inner in enumerate(result.units):
            start = unit_key(result.node, index)
            found = None
            if key.startswith(f"{start}."):
                found = weight_at(inner, key[len(start) + 1 :])
            elif key == start:
                found = inner.weights.get("")
            if found is not None:
                return found
    return None


Alike = dict[tuple[int, int], tuple[GraphResult, GraphResult]]
"""Pairs of instances whose weights were found to be the same, by their ids."""


def weights_differ(called: GraphResult, declared: GraphResult, alike: Alike) -> str | None:
    """How the weights of two instances of one graph differ, if they do; equal pairs are compared once."""
    seen: set[tuple[int, int]] = set()
    waiting: list[tuple[tuple[str, ...], GraphResult, GraphResult]] = [((), called, declared)]
    for way, here, there in waiting:  # grows while it is walked
        if (id(here), id(there)) in alike:
            continue
        for identity, result in there.nodes.items():
            other = here.nodes.get(identity)
            if other is result or result.node.shares or not result.active:
                continue
            units = other.units if other is not None and other.active else ()
            if len(units) < len(result.units):
                return f"{'.'.join((*way, unit_key(result.node, len(units))))} would be missing"
            for index, (unit, mine) in enumerate(zip(result.units, units, strict=False)):
                pair = (id(mine), id(unit))
                if mine is unit or pair in seen:
                    continue
                seen.add(pair)
                if mine.weights is not unit.weights:
                    difference = _unit_differs(".".join((*way, unit_key(result.node, index))), mine, unit)
                    if difference is not None:
                        return difference
                inner, wanted = mine.instance, unit.instance
                if inner is not None and wanted is not None and inner is not wanted:
                    waiting.append(((*way, unit_key(result.node, index)), inner, wanted))
    alike.update({(id(here), id(there)): (here, there) for _, here, there in waiting})
    return None


def _unit_differs(key: str, here: Unit, there: Unit) -> str | None:
    for name, weight in there.weights.items():
        other, label = here.weights.get(name), f"{key}.{name}" if name else key
        if other is None:
            return f"{label} would be missing"
        if tuple(other.shape) != tuple(weight.shape):
            return f"{label} would be {TensorType(other.shape)} instead of {TensorType(weight.shape)}"
    return None
