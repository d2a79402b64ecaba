"""How parameters start: the methods of ``torch.nn.init``, and edits of a graph's ordered rules."""

from __future__ import annotations

import re
from typing import Any

from msgspec.structs import replace

from app.core import structure
from app.core.changes import Changed, EditError, graph_of, stored
from app.core.document import Document, Graph, Initial, Value
from app.core.formula import FormulaError, is_formula, parse

METHODS: dict[str, dict[str, Any]] = {
    "kaiming_normal_": {"a": 0, "mode": "fan_in", "nonlinearity": "leaky_relu"},
    "kaiming_uniform_": {"a": 0, "mode": "fan_in", "nonlinearity": "leaky_relu"},
    "xavier_normal_": {"gain": 1.0},
    "xavier_uniform_": {"gain": 1.0},
    "normal_": {"mean": 0.0, "std": 1.0},
    "trunc_normal_": {"mean": 0.0, "std": 1.0, "a": -2.0, "b": 2.0},
    "uniform_": {"a": 0.0, "b": 1.0},
    "constant_": {"val": None},
    "zeros_": {},
    "ones_": {},
    "orthogonal_": {"gain": 1},
    "eye_": {},
    "dirac_": {"groups": 1},
    "sparse_": {"sparsity": None, "std": 0.01},
}
"""Each method and its arguments with torch's defaults; None where torch has none."""

CHOICES = {
    "mode": ("fan_in", "fan_out"),
    "nonlinearity": (
        *("linear", "sigmoid", "tanh", "relu", "leaky_relu", "selu"),
        *("conv1d", "conv2d", "conv3d", "conv_transpose1d", "conv_transpose2d", "conv_transpose3d"),
    ),
}

_PART = r"(?:[A-Za-z_]\w*|\d+)"
_PATH = re.compile(rf"{_PART}(?:\.{_PART})*", re.ASCII)


def told(entry: Initial) -> str:
    """A rule's subject in a few words: ``Conv2d.weight``."""
    nodes = ", ".join(entry.nodes)
    return f"{nodes}.{entry.parameter}" if entry.parameter and len(entry.nodes) == 1 else nodes or "nothing"


def why_not_initial(entry: Initial) -> str | None:
    """None for a rule that can become code, else a sentence."""
    if not entry.nodes:
        return "Expected names of nodes or of block kinds, such as Conv2d; nothing came."
    for name in entry.nodes:
        if not _PATH.fullmatch(name):
            return f"Expected names of nodes, dotted into graphs (layer1.conv1), or of kinds; “{name}” came."
    if entry.parameter and not _PATH.fullmatch(entry.parameter):
        return f"Expected a parameter's name, such as weight; “{entry.parameter}” came."
    takes = METHODS.get(entry.method)
    if takes is None:
        return f"There is no torch.nn.init.{entry.method}; there are: {', '.join(METHODS)}."
    for name, value in entry.arguments.items():
        if name not in takes:
            return f"{entry.method} has no argument “{name}”; it has {', '.join(takes) or 'none'}."
        reason = _why_not_value(name, value)
        if reason is not None:
            return f"{name} of {entry.method}: {reason}"
    missing = next((name for name, default in takes.items() if default is None and name not in entry.arguments), None)
    return None if missing is None else f"{entry.method} needs a value for “{missing}”."


def _why_not_value(name: str, value: Value) -> str | None:
    if is_formula(value):
        try:
            parse(value)
        except FormulaError as error:
            return str(error)
        return None
    choices = CHOICES.get(name)
    if choices is not None:
        return None if value in choices else f"expected one of {', '.join(choices)}; {value!r} came."
    good = isinstance(value, int | float) and not isinstance(value, bool)
    return None if good else f"expected a number or a formula; {value!r} came."


def _put(document: Document, graph: str, rules: tuple[Initial, ...], label: str) -> Changed:
    return Changed(structure.set_graph(document, graph, initial=rules).document, label)


def _rule_at(place: Graph, at: int) -> Initial:
    if not 0 <= at < len(place.initial):
        raise EditError(
            f"{place.name} has {len(place.initial)} rules for starting values; there is no number {at + 1}."
        )
    return place.initial[at]


def _checked(entry: Initial) -> Initial:
    reason = why_not_initial(entry)
    if reason is not None:
        raise EditError(reason)
    return replace(entry, arguments={key: stored(value, key) for key, value in entry.arguments.items()})


def add_initial(document: Document, graph: str, entry: Initial) -> Changed:
    """One more rule, at the end: later ones win."""
    rules = (*graph_of(document, graph).initial, _checked(entry))
    return _put(document, graph, rules, f"add start of {told(entry)}")


def set_initial(document: Document, graph: str, at: int, **fields: Any) -> Changed:
    """Change a rule. Another method keeps the arguments that it has too."""
    place = graph_of(document, graph)
    entry = _rule_at(place, at)
    if "method" in fields and "arguments" not in fields:
        takes = METHODS.get(fields["method"], {})
        given = {key: value for key, value in entry.arguments.items() if key in takes}
        needed = {key: 0.0 for key, default in takes.items() if default is None}
        fields["arguments"] = {**needed, **given}
    made = _checked(replace(entry, **fields))
    return _put(document, graph, (*place.initial[:at], made, *place.initial[at + 1 :]), f"set start of {told(made)}")


def set_initial_argument(document: Document, graph: str, at: int, name: str, value: Value) -> Changed:
    """An argument of a rule's method; torch's own default leaves it out."""
    entry = _rule_at(graph_of(document, graph), at)
    default = METHODS.get(entry.method, {}).get(name)
    given = {key: held for key, held in entry.arguments.items() if key != name}
    if default is None or value != default:
        given = {**entry.arguments, name: value}
    return set_initial(document, graph, at, arguments=given)


def remove_initial(document: Document, graph: str, at: int) -> Changed:
    place = graph_of(document, graph)
    entry = _rule_at(place, at)
    return _put(document, graph, (*place.initial[:at], *place.initial[at + 1 :]), f"remove start of {told(entry)}")


def move_initial(document: Document, graph: str, at: int, to: int) -> Changed:
    """Let a rule come earlier or later; the later one wins."""
    place = graph_of(document, graph)
    entry = _rule_at(place, at)
    _rule_at(place, to)
    rules = [*place.initial[:at], *place.initial[at + 1 :]]
    rules.insert(to, entry)
    return _put(document, graph, tuple(rules), f"move start of {told(entry)}")
