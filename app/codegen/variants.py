"""A block's expression where instances of a graph differ in it: a default left out here and not there, a flag.

``F.max_pool2d(input, kernel_size)`` and ``F.max_pool2d(input, kernel_size, stride=stride)`` are one expression, the
longer; ``x.argmax(dim=dim)`` and ``x.argmax(dim=dim, keepdim=True)`` are told apart by the argument that decides.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from typing import Any

from app.codegen.instance import Instance
from app.codegen.printer import flat
from app.codegen.trees import parsed
from app.core.document import Node
from app.core.formula import FormulaError, is_formula, parse

Made = Sequence[tuple[Instance, str]]
"""For each instance (an instance may come several times) its template."""


def merged(templates: Sequence[str]) -> str | None:
    """One call with every keyword ``name=name`` that some of these calls have; None where they differ otherwise."""
    calls = [parsed(template) for template in templates]
    if not all(isinstance(call, ast.Call) for call in calls):
        return None
    longest = max(calls, key=lambda call: len(call.keywords))  # type: ignore[attr-defined]
    forms = set()
    for call in calls:
        assert isinstance(call, ast.Call)
        assert isinstance(longest, ast.Call)
        kept = [key for key in call.keywords if not _is_passed_on(key)]
        forms.add(flat(ast.Call(call.func, call.args, kept)))
        if not {key.arg for key in call.keywords} <= {key.arg for key in longest.keywords}:
            return None
    return flat(longest) if len(forms) == 1 else None


def _is_passed_on(key: ast.keyword) -> bool:
    """``stride=stride``."""
    return isinstance(key.value, ast.Name) and key.value.id == key.arg


def decided(node: Node, made: Made) -> tuple[str, str, str] | None:
    """The formula that tells two templates apart, and the two: (test, where it holds, where not)."""
    templates = list(dict.fromkeys(template for _, template in made))
    if len(templates) != 2:
        return None
    for text in _formulas(node):
        holds = {template: {_outcome(text, i) for i, other in made if other == template} for template in templates}
        first, second = (holds[template] for template in templates)
        if first == {True} and second == {False}:
            return text, templates[0], templates[1]
        if first == {False} and second == {True}:
            return text, templates[1], templates[0]
    return None


def _formulas(node: Node) -> list[str]:
    return [parse(value).text for value in node.arguments.values() if is_formula(value)]


def _outcome(text: str, instance: Instance) -> bool | None:
    try:
        value: Any = parse(text).value(instance.names)
    except FormulaError:
        return None
    return value if isinstance(value, bool) else None


def agreed(node: Node, made: Made, refuse: Callable[[str], Exception]) -> tuple[str, str | None]:
    """One template for all instances, and the formula that it asks as ``_test_`` where it holds two."""
    templates = list(dict.fromkeys(template for _, template in made))
    if len(templates) == 1:
        return templates[0], None
    one = merged(templates)
    if one is not None:
        return one, None
    two = decided(node, made)
    if two is not None:
        test, first, second = two
        return f"({first}) if _test_ else ({second})", test
    raise refuse(
        f"“{node.name}” ({node.use.name}) is written in {len(templates)} ways by different instances of its graph "
        f"({'; '.join(templates[:3])}), and no argument says which: make a graph of its own for each."
    )
