"""An expression in pieces: where one that is too long for its line may be broken, as the formatter ``ruff`` sees it.

Operators break before the weakest of them, and only inside brackets; a chain of calls before each dot; a call's
arguments go on a line of their own together if they fit there, else one a line, as entries of a list always do.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from typing import Any

from app.codegen.brackets import Need, is_chain, may_omit, need_of, weakness_of
from app.codegen.expressions import BINARY, COMPARE, UNARY, assigned_to, flat, is_simple_power, parts_of, slice_gap
from app.codegen.layout import (
    BRACKETS,
    BREAK,
    GAP,
    GROUP,
    GROUP_WHERE,
    IF_BROKEN,
    IF_WHOLE,
    INDENTED,
    INDENTED_WHERE,
    LOOSE,
    Pieces,
)

Level = int | None
"""What is around an expression: nothing (None), brackets (0), or brackets that are there if this group is broken."""

INSIDE = 0

Operand = tuple[ast.expr, bool]
"""An expression, and whether it stands in brackets."""


class Breaker:
    """Writes the pieces of one statement."""

    def __init__(self) -> None:
        self.pieces = Pieces()
        self.say = self.pieces.say
        self.open = self.pieces.open
        self.close = self.pieces.close

    # -- what a statement ends with ----------------------------------------------------------------------------------

    def value(self, tree: ast.expr) -> None:
        """What is assigned, returned or asked: in brackets, where it is broken and has none."""
        need = need_of(tree)
        if need is Need.NONE:
            self.expression(tree, None)
            return
        number = self.pieces.new_group()
        if need is Need.IF_BROKEN:
            self._bracketed(lambda: self.expression(tree, number if may_omit(tree) else INSIDE), number)
            return
        self.open(BRACKETS, number)
        self.expression(tree, number)
        self.close()

    def assigned(self, tree: ast.expr, room: int) -> None:
        """What is assigned to several names, or to an entry: brackets around all of it are the last resort."""
        if need_of(tree) is not Need.IF_IT_FITS_THEN:
            self.value(tree)
            return
        text = flat(tree)
        bracket = min((at for at in map(text.find, "([") if at >= 0), default=room)
        if bracket < room or len(text) <= room:
            self.expression(tree, None)
            return
        self.say("(")
        self._indented(lambda: self.expression(tree, None))
        self.say(")")

    def _bracketed(self, content: Callable[[], None], number: int) -> None:
        """Brackets that are there if the content is broken."""
        self.open(GROUP, number)
        self._if_broken("(")
        self.open(INDENTED_WHERE, number)
        self.pieces.put(BREAK)
        content()
        self.close()
        self.pieces.put(BREAK)
        self._if_broken(")")
        self.close()

    def _if_broken(self, text: str, number: int | None = None) -> None:
        self.open(IF_BROKEN, number)
        self.say(text)
        self.close()

    # -- expressions -------------------------------------------------------------------------------------------------

    def expression(self, tree: Any, level: Level, chain: bool | None = None) -> None:
        """Any expression, without brackets around it. ``chain``: whether it is within a chain of calls, if known."""
        if isinstance(tree, ast.Call | ast.Attribute | ast.Subscript):
            self._chained(tree, level, chain)
        elif isinstance(tree, ast.BinOp | ast.BoolOp | ast.Compare):
            self._grouped(lambda: self._operation(_operands(tree), level), level)
        elif isinstance(tree, ast.IfExp):
            self._grouped(lambda: self._conditional(tree, level), level)
        elif isinstance(tree, ast.UnaryOp | ast.Starred):
            self.say("*" if isinstance(tree, ast.Starred) else UNARY[type(tree.op)][0])
            self._part(parts_of(tree)[0], level)
        elif isinstance(tree, ast.List | ast.Tuple | ast.Set) and tree.elts:
            self._sequence(tree, level)
        elif isinstance(tree, ast.Dict) and tree.keys:
            self._closed(
                "{", lambda: self._joined(list(zip(tree.keys, tree.values, strict=True)), self._pair), "}", level
            )
        elif isinstance(tree, ast.ListComp | ast.GeneratorExp):
            left, right = "[]" if isinstance(tree, ast.ListComp) else "()"
            self._closed(left, lambda: self._comprehension(tree), right, level)
        elif isinstance(tree, ast.Slice):
            self._slice(tree)
        else:
            self.say(flat(tree))

    def _part(self, operand: Operand, level: Level, chain: bool | None = None) -> None:
        tree, is_bracketed = operand
        if is_bracketed:
            self._closed("(", lambda: self.expression(tree, INSIDE), ")", level)
        else:
            self.expression(tree, level, chain)

    def _closed(self, left: str, content: Callable[[], None], right: str, level: Level) -> None:
        """Brackets that are there anyway."""
        self.say(left)
        if level:
            self.open(LOOSE, level)
        self.open(GROUP)
        self._indented(content)
        self.close()
        if level:
            self.close()
        self.say(right)

    def _indented(self, content: Callable[[], None]) -> None:
        self.open(INDENTED)
        self.pieces.put(BREAK)
        content()
        self.close()
        self.pieces.put(BREAK)

    def _grouped(self, content: Callable[[], None], level: Level) -> None:
        """What is broken at once, if it is in brackets."""
        if level is None:
            content()
            return
        self.open(GROUP_WHERE if level else GROUP, level or None)
        content()
        self.close()

    def _gap(self, level: Level, gap: str = " ") -> None:
        """Where an operator may begin a line, if it is in brackets."""
        if level == INSIDE:
            self.pieces.put(GAP if gap else BREAK)
        elif level is None:
            self.say(gap)
        else:
            self.open(IF_BROKEN, level)
            self.pieces.put(GAP if gap else BREAK)
            self.close()
            self.open(IF_WHOLE, level)
            self.say(gap)
            self.close()

    # -- operators ---------------------------------------------------------------------------------------------------

    def _operation(self, operands: Sequence[_Operand], level: Level) -> None:
        """Operands with an operator before each but the first, broken before the weakest operators."""
        weakest = max(operand.weakness for operand in operands[1:])
        begin = 0
        for end in range(1, len(operands) + 1):
            if end < len(operands) and operands[end].weakness != weakest:
                continue
            if begin:
                self._sign(operands[begin], level)
            self._side(operands[begin:end], level)
            begin = end

    def _sign(self, operand: _Operand, level: Level) -> None:
        self._gap(level, "" if operand.is_tight else " ")
        self.say(operand.sign)
        if not operand.is_tight:
            self.say(" ")
        elif level is not None:  # a power that begins a line is spaced like any other operator
            self._if_broken(" ", level or None)

    def _side(self, operands: Sequence[_Operand], level: Level) -> None:
        if len(operands) == 1:
            self._part((operands[0].tree, operands[0].is_bracketed), level)
        else:
            self._grouped(lambda: self._operation(operands, level), level)

    def _conditional(self, tree: ast.IfExp, level: Level) -> None:
        body, test, other = parts_of(tree)
        self._part(body, level)
        for word, part in (("if ", test), ("else ", other)):
            self._gap(level)
            self.say(word)
            if part is not other:
                self._part(part, level)
        if isinstance(other[0], ast.IfExp) and not other[1]:
            self._conditional(other[0], level)
        else:
            self._grouped(lambda: self._part(other, level), level)

    # -- calls and their like ----------------------------------------------------------------------------------------

    def _chained(self, tree: ast.Call | ast.Attribute | ast.Subscript, level: Level, chain: bool | None) -> None:
        is_root = chain is None
        is_broken = (level is not None and is_chain(tree)) if chain is None else chain
        if is_root and is_broken:
            self.open(GROUP)
        inner = parts_of(tree)[0]
        self._part(inner, level, None if inner[1] else is_broken)
        if isinstance(tree, ast.Attribute):
            if is_broken and (inner[1] or isinstance(inner[0], ast.Call | ast.Subscript)):
                self.pieces.put(BREAK)
            self.say(f".{tree.attr}")
        elif isinstance(tree, ast.Subscript):
            self._closed("[", lambda: self._index(tree.slice), "]", level)
        elif tree.args or tree.keywords:
            self._closed("(", lambda: self._arguments(tree), ")", level)
        else:
            self.say("()")
        if is_root and is_broken:
            self.close()

    def _arguments(self, tree: ast.Call) -> None:
        self.open(GROUP)
        if len(tree.args) == 1 and not tree.keywords and isinstance(tree.args[0], ast.GeneratorExp):
            self._comprehension(tree.args[0], is_grouped=False)
        else:
            self._joined([*tree.args, *tree.keywords], self._argument)
        self.close()

    def _argument(self, tree: ast.expr | ast.keyword) -> None:
        if isinstance(tree, ast.keyword):
            self.say(f"{tree.arg}=" if tree.arg else "**")
            tree = tree.value
        self.expression(tree, INSIDE)

    def _index(self, tree: ast.expr) -> None:
        if isinstance(tree, ast.Tuple) and len(tree.elts) > 1:
            self.open(GROUP)
            self._items(tree.elts, INSIDE)
            self.close()
        elif isinstance(tree, ast.Tuple) and tree.elts:
            self.expression(tree.elts[0], INSIDE)
            self.say(",")
        else:
            self.expression(tree, INSIDE)

    def _slice(self, tree: ast.Slice) -> None:
        gap = slice_gap(tree)
        if tree.lower is not None:
            self.expression(tree.lower, INSIDE)
            self.say(gap)
        self.say(":")
        if tree.upper is not None:
            self.say(gap)
            self.expression(tree.upper, INSIDE)
        if tree.step is not None:
            self.say(f"{gap}:{gap}" if tree.upper is not None else f":{gap}")
            self.expression(tree.step, INSIDE)

    # -- lists and their like ----------------------------------------------------------------------------------------

    def _sequence(self, tree: ast.List | ast.Tuple | ast.Set, level: Level) -> None:
        left, right = {ast.List: ("[", "]"), ast.Tuple: ("(", ")"), ast.Set: ("{", "}")}[type(tree)]
        self._closed(left, lambda: self._items(tree.elts, INSIDE, is_tuple=isinstance(tree, ast.Tuple)), right, level)

    def _items(self, items: Sequence[ast.expr], level: Level, *, is_tuple: bool = False) -> None:
        self._joined(items, lambda item: self.expression(item, level))
        if is_tuple and len(items) == 1:
            self.say(",")

    def _joined(self, items: Sequence[Any], write: Callable[[Any], None]) -> None:
        """Items with commas between them; where they are broken, also behind the last of several."""
        for position, item in enumerate(items):
            if position:
                self.say(",")
                self.pieces.put(GAP)
            write(item)
        if len(items) > 1:
            self._if_broken(",")

    def _pair(self, pair: tuple[ast.expr, ast.expr]) -> None:
        key, value = pair
        self.open(GROUP)
        self.expression(key, INSIDE)
        self.say(": ")
        self.expression(value, INSIDE)
        self.close()

    def _comprehension(self, tree: ast.ListComp | ast.GeneratorExp, *, is_grouped: bool = True) -> None:
        if is_grouped:
            self.open(GROUP)
        self.open(GROUP)
        self.expression(tree.elt, INSIDE)
        self.close()
        for clause in tree.generators:
            self.pieces.put(GAP)
            self.say(f"for {assigned_to(clause.target)} in ")
            self._within_clause(clause.iter)
            for condition in clause.ifs:
                self.pieces.put(GAP)
                self.say("if ")
                self._within_clause(condition)
        if is_grouped:
            self.close()

    def _within_clause(self, tree: ast.expr) -> None:
        self._part((tree, isinstance(tree, ast.IfExp | ast.Lambda)), INSIDE)


class _Operand:
    """One operand of a row of operators, with the operator before it."""

    __slots__ = ("is_bracketed", "is_tight", "sign", "tree", "weakness")

    def __init__(self, operand: Operand) -> None:
        self.tree, self.is_bracketed = operand
        self.sign = ""
        self.weakness = 0.0
        self.is_tight = False


def _operands(tree: ast.expr) -> list[_Operand]:
    """All operands of operators within each other that no brackets keep apart, in order."""
    found: list[_Operand] = []
    for position, operand in enumerate(parts_of(tree)):
        inner, is_bracketed = operand
        is_inner = isinstance(inner, ast.BinOp | ast.BoolOp | ast.Compare) and not is_bracketed
        more = _operands(inner) if is_inner else [_Operand(operand)]
        if position:
            more[0].sign = _sign_of(tree, position)
            more[0].weakness = weakness_of(tree)
            more[0].is_tight = isinstance(tree, ast.BinOp) and is_simple_power(tree)
        found += more
    return found


def _sign_of(tree: Any, position: int) -> str:
    if isinstance(tree, ast.BinOp):
        return BINARY[type(tree.op)][0]
    if isinstance(tree, ast.Compare):
        return COMPARE[type(tree.ops[position - 1])]
    return "or" if isinstance(tree.op, ast.Or) else "and"
