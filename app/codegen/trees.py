"""Making and changing expressions, which are Python's own syntax trees."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any


@lru_cache(maxsize=4096)
def parsed(template: str) -> ast.expr:
    """The tree of a template; it is shared, so it must not be changed in place."""
    return ast.parse(template, mode="eval").body


def constant(value: Any) -> ast.expr:
    """A literal: numbers, texts, None, and tuples of them."""
    if isinstance(value, tuple | list):
        return ast.Tuple([constant(item) for item in value], ast.Load())
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return ast.Constant(value)
    if isinstance(value, int):
        value = int(value)
    if value < 0:
        return ast.UnaryOp(ast.USub(), ast.Constant(-value))
    return ast.Constant(value)


def name(text: str) -> ast.expr:
    """A dotted name: ``self.layer1``."""
    head, *rest = text.split(".")
    tree: ast.expr = ast.Name(head, ast.Load())
    for part in rest:
        tree = ast.Attribute(tree, part, ast.Load())
    return tree


def call(function: str | ast.expr, *args: ast.expr, **keywords: ast.expr) -> ast.Call:
    tree = name(function) if isinstance(function, str) else function
    return ast.Call(tree, list(args), [ast.keyword(key, value) for key, value in keywords.items()])


class Rewriter:
    """Makes another tree, and leaves the one that it is given as it is: ``visit_name`` and the like say how."""

    def visit(self, tree: Any) -> Any:
        method = getattr(self, f"visit_{tree.__class__.__name__.lower()}", None)
        return method(tree) if method is not None else self.with_parts(tree)

    def with_parts(self, tree: Any) -> Any:
        """The tree with its parts visited."""
        fields: dict[str, Any] = {}
        for key in tree._fields:
            value = getattr(tree, key, None)
            if isinstance(value, list):
                fields[key] = [self.visit(part) if isinstance(part, _PARTS) else part for part in value]
            else:
                fields[key] = self.visit(value) if isinstance(value, _PARTS) else value
        return type(tree)(**fields)


_PARTS = (ast.expr, ast.keyword, ast.comprehension)


def substitute(tree: ast.expr, names: Mapping[str, Any]) -> Any:
    """A copy of the tree with free names replaced; ``*name`` with a list in the mapping is spliced."""
    return _substituted(tree, names)


def _substituted(tree: Any, names: Mapping[str, Any]) -> Any:
    kind = tree.__class__
    if kind is ast.Name:
        return names.get(tree.id, tree)
    if kind is ast.Attribute:
        return ast.Attribute(_substituted(tree.value, names), tree.attr, ast.Load())
    if kind is ast.Constant:
        return tree
    if kind is ast.Subscript and isinstance(tree.value, ast.Name) and isinstance(tree.slice, ast.Constant):
        found = names.get(tree.value.id)
        if isinstance(found, list):  # one wire of a variadic port
            return found[int(str(tree.slice.value))]
    fields: dict[str, Any] = {}
    for key, value in ast.iter_fields(tree):
        if isinstance(value, list):
            fields[key] = [part for item in value for part in _spliced(item, names)]
        elif isinstance(value, ast.expr | ast.keyword | ast.comprehension):
            fields[key] = _substituted(value, names)
        else:
            fields[key] = value
    return turned(_without_plus_minus(type(tree)(**fields)))


def _without_plus_minus(tree: Any) -> Any:
    """``x - 1`` for ``x + -1``, where a negative number was put in."""
    if isinstance(tree, ast.BinOp) and isinstance(tree.op, ast.Add) and isinstance(tree.right, ast.UnaryOp):
        number = tree.right.operand
        if isinstance(tree.right.op, ast.USub) and isinstance(number, ast.Constant):
            return ast.BinOp(tree.left, ast.Sub(), number)
    return tree


def gathered(tree: ast.expr) -> ast.expr:
    """``kind in {"odd", "wide"}`` for ``kind == "odd" or kind == "wide"``."""
    if not isinstance(tree, ast.BoolOp):
        return tree
    asked, word = (ast.Eq, ast.In()) if isinstance(tree.op, ast.Or) else (ast.NotEq, ast.NotIn())
    by_left: dict[str, list[ast.Compare]] = {}
    parts: list[ast.expr] = []
    for part in tree.values:
        if not _compares_once(part, asked):
            parts.append(part)
            continue
        same = by_left.setdefault(ast.dump(part.left), [])  # type: ignore[attr-defined]
        same.append(part)  # type: ignore[arg-type]
        if len(same) == 1:
            parts.append(part)
    for same in by_left.values():
        if len(same) > 1:
            items = ast.Set([part.comparators[0] for part in same])
            parts[parts.index(same[0])] = ast.Compare(same[0].left, [word], [items])
    return parts[0] if len(parts) == 1 else ast.BoolOp(tree.op, parts)


def _compares_once(tree: ast.expr, how: type[ast.cmpop]) -> bool:
    if not isinstance(tree, ast.Compare) or len(tree.ops) != 1:
        return False
    return isinstance(tree.ops[0], how) and isinstance(tree.comparators[0], ast.Constant)


_OTHER_WAY: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.Gt,
    ast.LtE: ast.GtE,
    ast.Gt: ast.Lt,
    ast.GtE: ast.LtE,
    ast.Eq: ast.Eq,
    ast.NotEq: ast.NotEq,
}


def turned(tree: Any) -> Any:
    """``len(widths) > 2`` for ``2 < len(widths)``, where a number was put in on the left."""
    if not isinstance(tree, ast.Compare) or len(tree.ops) != 1 or not isinstance(tree.left, ast.Constant):
        return tree
    other = _OTHER_WAY.get(type(tree.ops[0]))
    if other is None or isinstance(tree.comparators[0], ast.Constant):
        return tree
    return ast.Compare(tree.comparators[0], [other()], [tree.left])


def _spliced(item: Any, names: Mapping[str, Any]) -> list[Any]:
    if isinstance(item, ast.Starred) and isinstance(item.value, ast.Name):
        found = names.get(item.value.id)
        if isinstance(found, list):
            return found
    if isinstance(item, ast.expr | ast.keyword | ast.comprehension):
        return [_substituted(item, names)]
    return [item]


LISTS = ("ints", "floats", "table")
"""Kinds of arguments that hold several values."""


def unpacked(tree: ast.expr, lists: frozenset[str]) -> ast.expr:
    """``(*widths, 10)`` for ``widths + (10,)``, in which a list might come that no tuple can be added to.

    ``lists``: names of what holds several values.
    """
    parts = _summands(tree)
    if len(parts) > 1 and any(_is_list(part, lists) for part in parts):
        items: list[ast.expr] = []
        for part in parts:
            inner = unpacked(part, lists)
            items += inner.elts if isinstance(inner, ast.Tuple) else [ast.Starred(inner, ast.Load())]
        return ast.Tuple(items, ast.Load())
    if not _has_sum(tree):
        return tree
    fields: dict[str, Any] = {}
    for key, value in ast.iter_fields(tree):
        if isinstance(value, list):
            fields[key] = [unpacked(item, lists) if isinstance(item, ast.expr) else item for item in value]
        else:
            fields[key] = unpacked(value, lists) if isinstance(value, ast.expr) else value
    made: ast.expr = type(tree)(**fields)
    return made


def _has_sum(tree: ast.AST) -> bool:
    kind = tree.__class__
    if kind is ast.Constant or kind is ast.Name:
        return False
    return (kind is ast.BinOp and tree.op.__class__ is ast.Add) or any(map(_has_sum, parts_in(tree)))  # type: ignore[attr-defined]


def _summands(tree: ast.expr) -> list[ast.expr]:
    if isinstance(tree, ast.BinOp) and isinstance(tree.op, ast.Add):
        return [*_summands(tree.left), *_summands(tree.right)]
    return [tree]


def _is_list(tree: ast.expr, lists: frozenset[str]) -> bool:
    if isinstance(tree, ast.Subscript):
        return isinstance(tree.slice, ast.Slice)
    if isinstance(tree, ast.IfExp):
        return _is_list(tree.body, lists) or _is_list(tree.orelse, lists)
    return isinstance(tree, ast.Tuple | ast.List) or (isinstance(tree, ast.Name) and tree.id in lists)


def free_names(tree: ast.AST) -> list[str]:
    """Names in the tree, the outer before the inner, with repeats."""
    names: list[str] = []
    waiting = [tree]
    for part in waiting:  # grows while it is walked
        kind = part.__class__
        if kind is ast.Name:
            names.append(part.id)  # type: ignore[attr-defined]
        elif kind is ast.Attribute or kind is ast.Starred or kind is ast.keyword:
            waiting.append(part.value)  # type: ignore[attr-defined]
        elif kind is not ast.Constant:
            waiting += parts_in(part)
    return names


def parts_in(tree: ast.AST) -> Iterator[ast.AST]:
    """What is right below in a tree."""
    for field in tree._fields:
        value = getattr(tree, field, None)
        if isinstance(value, list):
            yield from (item for item in value if isinstance(item, ast.AST))
        elif isinstance(value, ast.AST):
            yield value


@lru_cache(maxsize=4096)
def names_of(template: str) -> tuple[str, ...]:
    """Free names of a template."""
    return tuple(free_names(parsed(template)))
