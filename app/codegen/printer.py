"""Statements as text that is already stable under ``ruff format``.

Expressions are Python's own syntax trees. One that fits is written on one line; else it is broken as the formatter
would break it.
"""

from __future__ import annotations

import ast
from functools import lru_cache

from app.codegen.breaking import INSIDE, Breaker
from app.codegen.expressions import flat, quoted
from app.codegen.layout import INDENT, Layout

WIDTH = 88


def statement(prefix: str, tree: ast.expr | None, indent: int, suffix: str = "") -> list[str]:
    """Lines of ``prefix`` + expression + ``suffix`` at an indentation (in levels): ``x = ``, ``return ``."""
    margin = INDENT * indent
    if tree is None:
        return [f"{margin}{prefix}{suffix}"]
    bare = isinstance(tree, ast.Tuple) and len(tree.elts) > 1 and prefix.startswith("return")
    text = flat(tree)
    text = text[1:-1] if bare else text
    line = f"{margin}{prefix}{text}{suffix}"
    return [line] if len(line) <= WIDTH else list(_broken(prefix, _Said(text, tree), indent, suffix))


class _Said:
    """An expression that is what its text is."""

    __slots__ = ("text", "tree")

    def __init__(self, text: str, tree: ast.expr) -> None:
        self.text = text
        self.tree = tree

    def __hash__(self) -> int:
        return hash(self.text)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Said) and self.text == other.text


@lru_cache(maxsize=2048)
def _broken(prefix: str, said: _Said, indent: int, suffix: str) -> tuple[str, ...]:
    return tuple(broken(prefix, said.tree, indent, suffix))


def broken(prefix: str, tree: ast.expr, indent: int, suffix: str) -> list[str]:
    """The same on several lines, where that makes it fit."""
    breaker = Breaker()
    breaker.say(prefix)
    if not prefix:
        breaker.expression(tree, None)
    elif suffix == ",":  # an entry of a list that is broken already
        breaker.expression(tree, INSIDE)
    elif prefix.endswith("= ") and ("," in prefix or "[" in prefix):
        breaker.assigned(tree, WIDTH - len(INDENT) * indent - len(prefix) - len(suffix))
    else:
        breaker.value(tree)
    breaker.say(suffix)
    return Layout(breaker.pieces, WIDTH, indent).write()


__all__ = ["INDENT", "WIDTH", "flat", "quoted", "statement"]
