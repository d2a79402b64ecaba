"""Saying what was inferred: which expression a size is, the same in every instance.

By provenance, never by equal values: the candidates are the expressions that instances themselves carry; the first
that is right in every instance is taken. Where none is, whoever asked makes the size a constructor argument.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from app.codegen.instance import Instance
from app.codegen.trees import constant, gathered, parsed, substitute, turned
from app.core.formula import FormulaError, evaluated
from app.core.growth import origin
from app.core.symbolic import LOST, Floor, Poly, Traced
from app.core.tensor_type import TensorType

Pairs = Sequence[tuple[Instance, Any]]
"""A value for each instance; an instance may come several times (copies of a repeat)."""

Spell = Callable[[str], ast.expr]
"""How an atom (an argument's name, ``layers[0]``, ``x.shape[1]``) is written here."""


def solve(pairs: Pairs, spell: Spell, *, exactly: bool = False) -> ast.expr | None:
    """The expression that these values are in all instances, or None. ``exactly``: also one of what a stride leaves,
    which otherwise counts with its number.
    """
    first = pairs[0][1]
    if isinstance(first, tuple):
        return _solve_tuple(pairs, spell, exactly)
    if isinstance(first, bool) or not isinstance(first, int):
        same = all(type(value) is type(first) and value == first for _, value in pairs)
        return constant(first) if same else None
    known = [(instance, _origin(instance, value, exactly)) for instance, value in pairs]
    for poly in _candidates(pairs, known):
        if all(_carries(poly, *pair) for pair in known):
            return spelled(poly, spell)
    if any(poly is not None and poly.number is None for _, poly in known) or any(is_lost(value) for _, value in pairs):
        return None
    return constant(int(first)) if all(value == first for _, value in pairs) else None


Known = Sequence[tuple[Instance, Poly | None]]
"""Where each value came from."""


def is_lost(value: Any) -> bool:
    """Whether it came from what cannot be said here, so that its number means nothing elsewhere."""
    return isinstance(value, Traced) and value.poly.has_floor and LOST in value.poly.atoms()


def _origin(instance: Instance, value: Any, exactly: bool) -> Poly | None:
    """The expression that a value is known to come from, a number where it was written as one; else None."""
    poly = origin(value)
    if poly is None or not poly.has_floor:
        return poly
    if LOST in poly.atoms():
        return None
    if exactly:
        return poly
    settled = None if poly.is_lost else instance.settled(poly)
    return settled if settled is not None and settled.number is None else None


def _solve_tuple(pairs: Pairs, spell: Spell, exactly: bool) -> ast.expr | None:
    length = len(pairs[0][1])
    if any(not isinstance(value, tuple) or len(value) != length for _, value in pairs):
        return None
    columns = [[(instance, value[index]) for instance, value in pairs] for index in range(length)]
    items = [solve(column, spell, exactly=exactly) for column in columns]
    if any(item is None for item in items):
        return None
    return ast.Tuple([item for item in items if item is not None], ast.Load())


def _candidates(pairs: Pairs, known: Known) -> Iterator[Poly]:
    """Expressions that the values carry; then the same counted from the index of a repeat, or from a list's end."""
    found = dict.fromkeys(poly for _, poly in known if poly is not None and poly.number is None)
    yield from found
    if not any(isinstance(atom, str) and "[" in atom for poly in found for key in poly.terms for atom, _ in key):
        return
    shifted = {_turned(poly, turn): None for instance, poly in known if poly in found for turn in _turns(instance)}
    yield from (poly for poly in shifted if poly not in found)


def _carries(poly: Poly, instance: Instance, known: Poly | None) -> bool:
    """Whether a value came from this expression, however the items of its lists are counted."""
    if known is None:
        return False
    return poly == known or poly in _spellings(instance, known) or _at_copy(poly, instance) == known


def _at_copy(poly: Poly, instance: Instance) -> Poly:
    """The expression with the number of the copy for the index of the repeat."""
    copy = instance.names.get("i")
    if not isinstance(copy, int) or "i" not in poly.atoms():
        return poly
    return poly.over(lambda atom: Poly.constant(copy) if atom == "i" else Poly.atom(atom))


def _spellings(instance: Instance, poly: Poly) -> set[Poly]:
    """The expression, however it may be counted."""
    return {_turned(poly, turn) for turn in _turns(instance)}


Turn = Callable[[str, int], str]
"""A list's name and an index into it, as the same item counted otherwise."""


def _turns(instance: Instance) -> list[Turn]:
    turns: list[Turn] = []
    copy = instance.names.get("i")
    if isinstance(copy, int):
        turns.append(
            lambda label, index: (
                f"{label}[{_counted(index - copy)}]" if -2 <= index - copy <= 2 else f"{label}[{index}]"
            )
        )
    lengths = {key: len(value) for key, value in instance.names.items() if isinstance(value, tuple)}
    for key, value in instance.names.items():
        if isinstance(value, TensorType):
            lengths[f"{key}.shape"] = value.rank
    turns.append(lambda label, index: f"{label}[{index - lengths[label]}]" if label in lengths else f"{label}[{index}]")
    return turns


def _counted(offset: int) -> str:
    return "i" if not offset else f"i + {offset}" if offset > 0 else f"i - {-offset}"


def _turned(poly: Poly, turn: Turn) -> Poly:
    """The polynomial with the first index of each of its atoms said otherwise."""

    def atom(text: Any) -> Any:
        match = re.fullmatch(r"(\w+(?:\.shape)?)\[(\d+)\](.*)", text) if isinstance(text, str) else None
        return turn(match[1], int(match[2])) + match[3] if match else text

    return Poly({tuple((atom(a), power) for a, power in monomial): c for monomial, c in poly.terms.items()})


def spelled(poly: Poly, spell: Spell) -> ast.expr:
    """The polynomial as an expression: ``planes * 4``, ``skip_channels + width``, ``features // heads``."""
    total: ast.expr | None = None
    for monomial, coefficient in sorted(poly.terms.items(), key=lambda term: term[1] < 0):
        term = _term(monomial, abs(coefficient), spell)
        if total is None:
            total = ast.UnaryOp(ast.USub(), term) if coefficient < 0 else term
        else:
            total = ast.BinOp(total, ast.Sub() if coefficient < 0 else ast.Add(), term)
    return total if total is not None else constant(0)


def _term(monomial: Any, coefficient: Any, spell: Spell) -> ast.expr:
    above: list[ast.expr] = []
    below: list[ast.expr] = []
    for atom, power in monomial:
        (above if power > 0 else below).extend([_atom(atom, spell)] * abs(power))
    if coefficient.numerator != 1 or not above:
        above.append(constant(coefficient.numerator))
    if coefficient.denominator != 1:
        below.append(constant(coefficient.denominator))
    term = above[0]
    for factor in above[1:]:
        term = ast.BinOp(term, ast.Mult(), factor)
    for divisor in below:
        term = ast.BinOp(term, ast.FloorDiv(), divisor)
    return term


def _atom(atom: Any, spell: Spell) -> ast.expr:
    if not isinstance(atom, Floor):
        return spell(atom)
    return ast.BinOp(spelled(atom.numerator, spell), ast.FloorDiv(), spelled(atom.denominator, spell))


def written(text: str, spell: Spell, names: frozenset[str] | set[str]) -> ast.expr:
    """A formula as its author wrote it, with the names of this place. ``names``: the graph's inputs."""
    return _respelled(parsed(text), spell, names)


def _respelled(tree: ast.expr, spell: Spell, inputs: Any) -> ast.expr:
    if isinstance(tree, ast.Name):
        return spell(tree.id)
    if isinstance(tree, ast.Attribute) and isinstance(tree.value, ast.Name) and tree.value.id in inputs:
        return spell(f"{tree.value.id}.{tree.attr}")
    if isinstance(tree, ast.Subscript) and isinstance(tree.value, ast.Attribute):
        inner = tree.value
        is_fixed = isinstance(tree.slice, ast.Constant | ast.UnaryOp)
        if isinstance(inner.value, ast.Name) and inner.value.id in inputs and is_fixed:
            return spell(f"{inner.value.id}.shape[{ast.unparse(tree.slice)}]")
    if isinstance(tree, ast.Call):
        return ast.Call(tree.func, [_respelled(part, spell, inputs) for part in tree.args], [])
    if isinstance(tree, ast.Constant):
        return tree
    fields: dict[str, Any] = {}
    for key, value in ast.iter_fields(tree):
        if isinstance(value, list):
            fields[key] = [_respelled(item, spell, inputs) if isinstance(item, ast.expr) else item for item in value]
        else:
            fields[key] = _respelled(value, spell, inputs) if isinstance(value, ast.expr) else value
    made: ast.expr = type(tree)(**fields)
    return gathered(made)


def simplified(tree: ast.expr) -> ast.expr:
    """The expression with what is decided written out: ``2 if 0 == 0 else 1`` is ``2``, ``8 * 2 ** 1`` is ``16``."""
    if isinstance(tree, ast.IfExp):
        test = simplified(tree.test)
        if isinstance(test, ast.Constant):
            return simplified(tree.body if test.value else tree.orelse)
        return ast.IfExp(test, simplified(tree.body), simplified(tree.orelse))
    if isinstance(tree, ast.BoolOp):
        return _simplified_logic(tree)
    if isinstance(tree, ast.UnaryOp):
        operand = simplified(tree.operand)
        if isinstance(tree.op, ast.Not) and isinstance(operand, ast.Constant):
            return ast.Constant(not operand.value)
        return ast.UnaryOp(tree.op, operand)
    if isinstance(tree, ast.Compare):
        parts = [simplified(tree.left), *(simplified(part) for part in tree.comparators)]
        made: ast.expr = ast.Compare(parts[0], tree.ops, parts[1:])
        return _decided(made) if all(isinstance(part, ast.Constant) for part in parts) else turned(made)
    if isinstance(tree, ast.BinOp):
        left, right = simplified(tree.left), simplified(tree.right)
        made = ast.BinOp(left, tree.op, right)
        return _decided(made) if isinstance(left, ast.Constant) and isinstance(right, ast.Constant) else _neutral(made)
    if isinstance(tree, ast.Subscript):
        return ast.Subscript(tree.value, simplified(tree.slice), ast.Load())
    return tree


def _simplified_logic(tree: ast.BoolOp) -> ast.expr:
    stops = isinstance(tree.op, ast.Or)
    parts: list[ast.expr] = []
    for at, part in enumerate(map(simplified, tree.values), 1):
        if isinstance(part, ast.Constant):
            if bool(part.value) is stops:
                return part if not parts else ast.BoolOp(tree.op, [*parts, part])
            if at < len(tree.values) or isinstance(part.value, bool):
                continue
        parts.append(part)  # the last is what comes out: ``deep and 4``
    if not parts:
        return ast.Constant(not stops)
    return parts[0] if len(parts) == 1 else ast.BoolOp(tree.op, parts)


def _decided(tree: ast.expr) -> ast.expr:
    try:
        return constant(evaluated(tree))
    except FormulaError:
        return tree


def _neutral(tree: ast.BinOp) -> ast.expr:
    """``x * 1`` and ``1 * x`` are ``x``; ``x - 1 - 1`` is ``x - 2``."""
    if (outer := _with_number(tree)) is not None and (inner := _with_number(outer[0])) is not None:
        number = inner[1] + outer[1]
        if not number:
            return inner[0]
        return ast.BinOp(inner[0], ast.Add() if number > 0 else ast.Sub(), ast.Constant(abs(number)))
    if isinstance(tree.op, ast.Mult | ast.FloorDiv) and isinstance(tree.right, ast.Constant) and tree.right.value == 1:
        return tree.left
    if isinstance(tree.op, ast.Mult) and isinstance(tree.left, ast.Constant) and tree.left.value == 1:
        return tree.right
    return tree


def _with_number(tree: ast.expr) -> tuple[ast.expr, int] | None:
    """What stands before a number that is added or taken away, and that number."""
    if not isinstance(tree, ast.BinOp) or not isinstance(tree.op, ast.Add | ast.Sub):
        return None
    number = getattr(tree.right, "value", None)
    if not isinstance(number, int) or isinstance(number, bool):
        return None
    return tree.left, number if isinstance(tree.op, ast.Add) else -number


def with_index(tree: ast.expr, index: str, value: int | None) -> ast.expr:
    """The expression with the index of a repeat replaced by a number, and simplified; None keeps it."""
    if value is None:
        return tree
    return simplified(substitute(tree, {index: constant(value)}))
