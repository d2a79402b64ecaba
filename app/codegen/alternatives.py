"""Alternatives of a node: the blocks or graphs of which the arguments choose one."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from typing import Any

from msgspec.structs import replace

from app.codegen.printer import flat
from app.codegen.trees import gathered
from app.core.document import Argument, Graph, Node
from app.core.formula import FormulaError, is_formula, parse
from app.core.resolve import why_not_value
from app.core.results import GraphResult


def alternatives(node: Node) -> list[Node]:
    """The node as it is where its first case holds, where its second does, ..., and where none does."""
    cases = [replace(node, use=case.use, arguments=case.arguments, cases=()) for case in node.cases]
    return [*cases, replace(node, cases=())]


def picked(node: Node, names: Mapping[str, Any]) -> int | None:
    """Which alternative there is under these values; None where the node is left out."""
    try:
        if node.enabled is not None and not parse(node.enabled).value(names):
            return None
        return next((at for at, case in enumerate(node.cases) if parse(case.when).value(names)), len(node.cases))
    except FormulaError:
        return None


def names_in(result: GraphResult) -> dict[str, Any]:
    """What formulas of a graph are over, in one instance."""
    return {**result.inputs, **result.arguments}


def may_vary(node: Node) -> bool:
    return (bool(node.cases) or node.enabled is not None) and not (node.mute or node.bypass)


def arguments_that_pick(node: Node, at: int, result: GraphResult) -> Iterator[dict[str, Any]]:
    """The instance's arguments with one of them changed, so that the node is this alternative."""
    names = names_in(result)
    for argument, numbers in _asked(node, result.graph):
        for value in _values(argument, numbers):
            if why_not_value(argument, value) is None and picked(node, {**names, argument.name: value}) == at:
                yield {**result.arguments, argument.name: value}


def copies_in(node: Node, names: Mapping[str, Any]) -> int:
    """How many copies of a repeat there are under these values; 0 where its formula does not tell."""
    assert node.repeat is not None
    count = node.repeat.count
    try:
        found = parse(count).value(names) if is_formula(count) else count
    except FormulaError:
        return 0
    return int(found) if isinstance(found, int) else 0


def arguments_that_repeat(node: Node, least: int, result: GraphResult) -> Iterator[dict[str, Any]]:
    """The instance's arguments with one of them larger, so that a repeat has at least so many copies, and few more."""
    assert node.repeat is not None
    names = names_in(result)
    asked = parse(node.repeat.count).names if is_formula(node.repeat.count) else ()
    for argument in result.graph.arguments:
        for value in _larger(result.arguments.get(argument.name), least) if argument.name in asked else ():
            copies = copies_in(node, {**names, argument.name: value})
            if least <= copies <= least + 2 and why_not_value(argument, value) is None:
                yield {**result.arguments, argument.name: value}


def _larger(value: Any, least: int) -> Iterator[Any]:
    """A number, a number of a list, or a list, a little larger."""
    if isinstance(value, tuple) and value:
        for more in range(1, least + 1):
            yield value + value[-1:] * more
        for at, item in enumerate(value):
            yield from ((*value[:at], larger, *value[at + 1 :]) for larger in _larger(item, least))
    elif isinstance(value, int) and not isinstance(value, bool):
        yield from (int(value) + more for more in range(1, least + 1))


def _asked(node: Node, graph: Graph) -> list[tuple[Argument, list[int]]]:
    """The arguments that decide which alternative it is, with the numbers that they are compared with."""
    formulas = [parse(text) for text in (node.enabled, *(case.when for case in node.cases)) if text is not None]
    names = {name for formula in formulas for name in formula.names}
    numbers = [
        part.value
        for formula in formulas
        for part in ast.walk(ast.parse(formula.text, mode="eval"))
        if isinstance(part, ast.Constant) and isinstance(part.value, int)
    ]
    return [(argument, numbers) for argument in graph.arguments if argument.name in names]


def _values(argument: Argument, numbers: list[int]) -> list[Any]:
    if argument.kind == "bool":
        return [True, False]
    if argument.kind == "int":
        return list(dict.fromkeys(value for number in numbers for value in (number, number + 1, number - 1)))
    return list(argument.choices)


Branch = tuple[ast.expr | None, list[ast.expr]]
"""A test (None for what is left) and what is said where it holds."""


def joined(branches: list[Branch]) -> list[Branch]:
    """Branches that say the same, as one; the last has no test."""
    joined: list[Branch] = []
    for test, trees in reversed(branches):
        if not joined or list(map(flat, trees)) != list(map(flat, joined[0][1])):
            joined.insert(0, (test, trees))
        elif (later := joined[0][0]) is not None and test is not None:
            tests = later.values if isinstance(later, ast.BoolOp) and isinstance(later.op, ast.Or) else [later]
            joined[0] = ast.BoolOp(ast.Or(), [test, *tests]), trees
    return [(gathered(test) if test is not None else None, trees) for test, trees in joined]
