"""Which expressions get brackets around them when they are broken, and which are broken inside brackets they have."""

from __future__ import annotations

import ast
from enum import Enum

from app.codegen.expressions import ATOM, OR, POWER, parts_of, strength

CLOSED = (ast.List, ast.Tuple, ast.Set, ast.Dict, ast.ListComp, ast.GeneratorExp)
"""What begins and ends with brackets of its own."""


class Need(Enum):
    """Brackets around an expression for the sake of a break."""

    NONE = 0
    IF_IT_FITS_THEN = 1
    """Only where it fits with them, and not without: it has no operators to be broken at."""
    IF_BROKEN = 2


def need_of(tree: ast.expr) -> Need:
    """The brackets that an expression gets if it is too long for its line."""
    if isinstance(tree, CLOSED):
        return Need.NONE
    if isinstance(tree, ast.Name) or (isinstance(tree, ast.Constant | ast.JoinedStr) and not _is_word(tree)):
        return Need.IF_IT_FITS_THEN
    if isinstance(tree, ast.Call | ast.Attribute | ast.Subscript) and is_chain(tree):
        return Need.IF_BROKEN
    if isinstance(tree, ast.Call | ast.Attribute | ast.Subscript | ast.UnaryOp):
        ((inner, is_bracketed),) = parts_of(tree)
        return Need.NONE if is_bracketed else need_of(inner)
    return Need.NONE if isinstance(tree, ast.Constant) else Need.IF_BROKEN


def _is_word(tree: ast.expr) -> bool:
    return isinstance(tree, ast.Constant) and isinstance(tree.value, bool | type(None) | type(Ellipsis))


def is_chain(tree: ast.expr) -> bool:
    """Whether at least two attributes are asked of what calls give: then each dot may begin a line."""
    calls = 0
    while isinstance(tree, ast.Call | ast.Attribute | ast.Subscript):
        ((inner, is_bracketed),) = parts_of(tree)
        if is_bracketed:
            return calls + isinstance(tree, ast.Attribute) >= 2
        calls += isinstance(tree, ast.Attribute) and isinstance(inner, ast.Call | ast.Subscript)
        tree = inner
    return calls >= 2


def holds_anything(tree: ast.expr) -> bool | None:
    """Whether the brackets that an expression ends with hold anything; None where it ends with none."""
    if isinstance(tree, ast.ListComp | ast.GeneratorExp | ast.Subscript):
        return True
    if isinstance(tree, ast.List | ast.Tuple | ast.Set):
        return bool(tree.elts)
    if isinstance(tree, ast.Dict):
        return bool(tree.values)
    return bool(tree.args or tree.keywords) if isinstance(tree, ast.Call) else None


def may_omit(tree: ast.expr) -> bool:
    """Whether an expression is better broken inside the brackets that it begins or ends with."""
    found = _Found()
    found.look(tree)
    if not found.any or found.number > 1:
        return False
    return found.weakest <= _ATTRIBUTE or found.is_open(found.last) or found.is_open(found.first)


def weakness_of(tree: ast.expr) -> float:
    """How soon an expression is broken at its operators: the weakest first; 0 where it has none."""
    if isinstance(tree, ast.UnaryOp):
        return _INVERSION if isinstance(tree.op, ast.Invert) else 0
    if isinstance(tree, ast.BoolOp):
        return ATOM - OR  # broken before "and" as soon as before "or"
    return ATOM - strength(tree) if isinstance(tree, ast.BinOp | ast.Compare | ast.IfExp) else 0


_ATTRIBUTE, _INVERSION = 1, ATOM - POWER + 0.5


class _Found:
    """What is met on the way through an expression, brackets closed."""

    def __init__(self) -> None:
        self.any = False
        self.weakest: float = 0
        self.number = 0
        """Of the weakest operators there are."""
        self.first: tuple[ast.expr, bool] | None = None
        self.last: tuple[ast.expr, bool] | None = None
        self._begun = False

    @staticmethod
    def is_open(met: tuple[ast.expr, bool] | None) -> bool:
        """Whether brackets with something in them can be broken there; those of an index had better not."""
        if met is None or isinstance(met[0], ast.Subscript):
            return False
        return bool(holds_anything(met[0])) or met[1]

    def _meet(self, weakness: float, number: int = 1) -> None:
        if weakness >= self.weakest:
            self.number = number + (self.number if weakness == self.weakest else 0)
            self.weakest = weakness

    def look(self, tree: ast.expr) -> None:
        """Into the expression, whether it is in brackets or not."""
        if isinstance(tree, CLOSED):
            self.any = True
            return
        if isinstance(tree, ast.Name | ast.Constant | ast.JoinedStr | ast.Slice):
            return
        self._count(tree)
        for part, is_bracketed in parts_of(tree):
            self.last = part, is_bracketed
            if is_bracketed:
                self.any = True
            else:
                self.look(part)
            if not self._begun:
                self.first, self._begun = (part, is_bracketed), True
        if isinstance(tree, ast.Attribute):
            ((value, is_bracketed),) = parts_of(tree)
            if holds_anything(value) is not None or is_bracketed:
                self._meet(_ATTRIBUTE)
        if isinstance(tree, ast.Call | ast.Subscript | ast.Attribute):
            self.any = self.any or not isinstance(tree, ast.Attribute)
            self.last = tree, False

    def _count(self, tree: ast.expr) -> None:
        """How often it could be broken at operators of its own."""
        if isinstance(tree, ast.BoolOp):
            self._meet(weakness_of(tree), len(tree.values) - 1)
        elif isinstance(tree, ast.IfExp):
            self._meet(weakness_of(tree), 2)
        elif isinstance(tree, ast.Compare):
            self._meet(weakness_of(tree), len(tree.ops))
        elif weakness_of(tree):
            self._meet(weakness_of(tree))
        if isinstance(tree, ast.UnaryOp | ast.Starred | ast.Lambda):
            self._begun = True
