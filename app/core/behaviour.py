"""Edits of how a node is used, one alternative, tie or shared module at a time."""

from __future__ import annotations

import re
from collections.abc import Mapping

from msgspec.structs import replace

from app.core import edits
from app.core.changes import Changed, EditError, graph_of, node_of, stored, with_node, without
from app.core.document import Case, Document, Graph, Node, Repeat, Scan, Use, Value
from app.core.names import why_not_attribute
from app.core.results import KEY_INDEX, unit_key

KEYS = Repeat(1).keys
"""The key pattern that nobody has to write: ``layer1.0``."""

PATTERNS = (KEYS, "{name}{i}", "{name}{i + 1}", "{name}_{i}", "{name}_{i + 1}")
"""Patterns that published models use."""


# --- Repeat -------------------------------------------------------------------------------------------------------


def why_not_keys(node: Node, keys: str, *, sequential: bool = False) -> str | None:
    """None for a key pattern that gives every copy a name of its own, else a sentence."""
    if keys == KEYS:
        return None
    if KEY_INDEX.search(keys) is None:
        return "Every copy would have the same name. Expected {i} (from 0) or {i + 1} (from 1) in the pattern."
    if left := re.findall(r"[{}]", re.sub(r"\{name\}", "", KEY_INDEX.sub("", keys))):
        return f"Expected only {{name}}, {{i}} and {{i + 1}} (or a larger number) in braces; another “{left[0]}” came."
    made = replace(node, repeat=Repeat(2, keys))
    for copy in (0, 1):
        name = unit_key(made, copy)
        reason = why_not_attribute(name, sequential=sequential)
        if reason is not None:
            return f"A copy would be called “{name}”, which {reason}."
    return None


def set_keys(document: Document, graph: str, node: str, keys: str) -> Changed:
    """How the copies of a repeated node are called."""
    place = graph_of(document, graph)
    found = node_of(place, node)
    if found.repeat is None:
        raise EditError(f"“{found.name}” is not repeated, so there are no copies to name.")
    reason = why_not_keys(found, keys, sequential=place.sequential)
    if reason is not None:
        raise EditError(reason)
    changed = edits.set_repeat(document, graph, node, replace(found.repeat, keys=keys))
    return Changed(changed.document, f"name copies of {found.name}")


# --- Scan ---------------------------------------------------------------------------------------------------------


def first_scan(inputs: Mapping[str, object], outputs: Mapping[str, object]) -> Scan:
    """The scan that a node most likely means: along the inputs that no output carries on."""
    sliced = tuple(name for name in inputs if name not in outputs)
    return Scan(sliced=sliced[:1]) if sliced else Scan(count=2)


def set_sliced(document: Document, graph: str, node: str, port: str, sliced: bool) -> Changed:
    """Whether an input gives one slice to each step; with none sliced a count says how often."""
    found = node_of(graph_of(document, graph), node)
    scan = found.scan or Scan()
    ports = tuple(name for name in scan.sliced if name != port)
    ports = (*ports, port) if sliced else ports
    count = None if ports else (scan.count if scan.count is not None else 2)
    changed = edits.set_scan(document, graph, node, replace(scan, sliced=ports, count=count))
    return Changed(changed.document, f"slice {found.name}.{port}" if sliced else f"give {found.name}.{port} whole")


# --- Alternatives -------------------------------------------------------------------------------------------------


def first_case(place: Graph, node: Node) -> Case:
    """An alternative to begin with: under the first choice that no alternative is for yet."""
    taken = {condition(case.when) for case in node.cases}
    free = [text for text in case_conditions(place) if text not in taken]
    if not free:
        raise EditError(
            f"An alternative is taken where a formula over an argument of {place.name} is true. Give {place.name} an "
            "argument of the kind choice or bool first."
        )
    return Case(f"={free[0]}", node.use, dict(node.arguments))


def condition(text: str) -> str:
    """A condition without its “=”, which it may have or not."""
    return text.removeprefix("=").strip()


def case_conditions(place: Graph) -> list[str]:
    """What can be asked of a graph's choices and switches; the default stands for the node itself and comes last."""
    asked: list[str] = []
    last: list[str] = []
    for argument in place.arguments:
        if argument.kind == "bool":
            (last if argument.default else asked).append(argument.name)
        for choice in argument.choices if argument.kind == "choice" else ():
            (last if choice == argument.default else asked).append(f"{argument.name} == {choice!r}")
    return [*asked, *last]


def _set_cases(document: Document, graph: str, node: str, cases: tuple[Case, ...], label: str) -> Changed:
    changed = edits.set_cases(document, graph, node, cases)
    return Changed(changed.document, f"{label} of {node_of(graph_of(document, graph), node).name}")


def add_case(document: Document, graph: str, node: str, case: Case | None = None) -> Changed:
    """One more alternative, after those that there are."""
    place = graph_of(document, graph)
    found = node_of(place, node)
    made = case or first_case(place, found)
    return _set_cases(document, graph, node, (*found.cases, made), "add alternative")


def _case_at(document: Document, graph: str, node: str, at: int) -> tuple[Node, Case]:
    found = node_of(graph_of(document, graph), node)
    if not 0 <= at < len(found.cases):
        raise EditError(f"“{found.name}” has {len(found.cases)} alternatives; there is no number {at + 1}.")
    return found, found.cases[at]


def set_case(document: Document, graph: str, node: str, at: int, case: Case) -> Changed:
    """Change the alternative at a place."""
    found, _ = _case_at(document, graph, node, at)
    if not condition(case.when):
        raise EditError("An alternative needs a formula that says when it is taken, such as norm == 'batch'.")
    cases = (*found.cases[:at], case, *found.cases[at + 1 :])
    return _set_cases(document, graph, node, cases, "set alternative")


def set_case_use(document: Document, graph: str, node: str, at: int, use: Use) -> Changed:
    """What an alternative is; its arguments go, since those of another block mean something else."""
    _, case = _case_at(document, graph, node, at)
    if case.use == use:
        return Changed(document, "set alternative")
    return set_case(document, graph, node, at, replace(case, use=use, arguments={}))


def set_case_argument(document: Document, graph: str, node: str, at: int, name: str, value: Value) -> Changed:
    _, case = _case_at(document, graph, node, at)
    given = {**case.arguments, name: stored(value, name)}
    return set_case(document, graph, node, at, replace(case, arguments=given))


def reset_case_argument(document: Document, graph: str, node: str, at: int, name: str) -> Changed:
    _, case = _case_at(document, graph, node, at)
    return set_case(document, graph, node, at, replace(case, arguments=without(case.arguments, name)))


def remove_case(document: Document, graph: str, node: str, at: int) -> Changed:
    found, _ = _case_at(document, graph, node, at)
    return _set_cases(document, graph, node, (*found.cases[:at], *found.cases[at + 1 :]), "remove alternative")


def move_case(document: Document, graph: str, node: str, at: int, to: int) -> Changed:
    """Ask an alternative earlier or later: the first one that is true is taken."""
    found, case = _case_at(document, graph, node, at)
    _case_at(document, graph, node, to)
    cases = [*found.cases[:at], *found.cases[at + 1 :]]
    cases.insert(to, case)
    return _set_cases(document, graph, node, tuple(cases), "move alternative")


# --- Shared modules -----------------------------------------------------------------------------------------------


def can_share(place: Graph, node: Node) -> list[Node]:
    """The nodes whose module this one could call again."""
    if any(other.shares in (node.id, node.name) for other in place.nodes.values() if other is not node):
        return []
    return [o for o in place.nodes.values() if o.id != node.id and o.use == node.use and o.shares is None]


def share(document: Document, graph: str, node: str, owner: str | None) -> Changed:
    """Let a node call another's module again, with the arguments that this has; None: a module of its own."""
    changed = edits.set_shares(document, graph, node, owner)
    if owner is None:
        return Changed(changed.document, f"own weights of {node_of(graph_of(document, graph), node).name}")
    place = graph_of(changed.document, graph)
    found, other = node_of(place, node), node_of(place, owner)
    made = replace(found, arguments=other.arguments, cases=other.cases, repeat=other.repeat, ties={})
    return Changed(with_node(changed.document, place, made), changed.label)


# --- Ties ---------------------------------------------------------------------------------------------------------


def set_tie(document: Document, graph: str, node: str, own: str, path: str, *, before: str = "") -> Changed:
    """Let an own parameter be the very tensor of another node. ``before``: the own parameter that it was for."""
    found = node_of(graph_of(document, graph), node)
    if not own.strip() or not path.strip():
        raise EditError("A tie needs a parameter of this node and the path of another node's, such as wte.weight.")
    if own != before and own in found.ties:
        raise EditError(f"“{found.name}.{own}” is tied already, to “{found.ties[own]}”. Change that tie instead.")
    if path.split(".", maxsplit=1)[0] == found.name:
        raise EditError(f"“{path}” is a parameter of this very node. Choose another node's.")
    ties = {(own if key == before else key): (path if key == before else held) for key, held in found.ties.items()}
    changed = edits.set_ties(document, graph, node, {**ties, own: path})
    return Changed(changed.document, f"tie {found.name}.{own} to {path}")


def remove_tie(document: Document, graph: str, node: str, own: str) -> Changed:
    found = node_of(graph_of(document, graph), node)
    changed = edits.set_ties(document, graph, node, without(found.ties, own))
    return Changed(changed.document, f"untie {found.name}.{own}")
