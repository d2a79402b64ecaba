"""Where values come from, said over the names of whoever looks: what formulas gave, what arguments were given by."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import Any

from app.codegen.solve import simplified, spelled
from app.codegen.trees import Rewriter, constant, free_names, parsed
from app.core.formula import Formula, FormulaError, is_formula, parse
from app.core.resolve import INDEX
from app.core.symbolic import Arguments, Poly, Traced

LONGEST = 1000
"""Characters of a formula; a longer one explains nothing."""


class Unsaid(Exception):  # noqa: N818 - not an error: only the number is known outside
    """A formula that has no meaning over the outer names."""


class Traceable:
    """``texts``: for arguments that are no whole numbers, the formulas that they were given by."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self.texts = texts

    def value(self, formula: Formula, value: Any, names: Mapping[str, Any]) -> Any:
        """An int that a formula gave: a polynomial where it is one, else the formula as something indivisible."""
        if isinstance(value, bool) or not isinstance(value, int) or not formula.names - _known_numbers(names):
            return value
        try:
            if formula.is_arithmetic:
                value = arithmetic(formula, value, names, self.texts)
                return Traced(value, value.poly, formula.text) if isinstance(value, Traced) else value
            tree = said(formula, names, self.texts)
        except Unsaid:
            return Traced.lost(value)
        return Traced(value, Poly.atom(parse(ast.unparse(tree)).text), formula.text) if free_names(tree) else int(value)

    def arguments(self, written: Mapping[str, Any], values: dict[str, Any], names: Mapping[str, Any]) -> dict[str, Any]:
        """Values of a graph's arguments, with what they were given by where their values do not carry it."""
        texts: dict[str, str] = {}
        for name, text in written.items():
            if _carries_origin(values[name]) or _is_plain(text):
                continue
            passed_on = parse(text).text if isinstance(text, str) else ""
            if passed_on in self.texts:
                texts[name] = self.texts[passed_on]
            elif not passed_on.isidentifier() or _is_traced(values[name]):  # else it is a constant that is passed on
                try:
                    texts[name] = ast.unparse(self._given(text, names))
                except Unsaid:
                    continue
        return Arguments(values, texts)

    def _given(self, value: Any, names: Mapping[str, Any]) -> ast.expr:
        """A formula, a list of them, or a literal, over the names of whoever gave it."""
        if isinstance(value, tuple):
            return ast.Tuple([self._given(item, names) for item in value], ast.Load())
        return said(parse(value), names, self.texts) if is_formula(value) else constant(value)


def _known_numbers(names: Mapping[str, Any]) -> frozenset[str]:
    """The index of a repeat, where one copy is meant, and not whichever is the last."""
    return frozenset() if isinstance(names.get(INDEX), Traced) else frozenset({INDEX})


def own_texts(values: Mapping[str, Any]) -> dict[str, str]:
    """Arguments seen from inside the graph that has them."""
    return {name: name for name, value in values.items() if not _carries_origin(value)}


def _is_plain(value: Any) -> bool:
    """Whether there is no formula in a value as it is written."""
    return all(map(_is_plain, value)) if isinstance(value, tuple) else not is_formula(value)


def _carries_origin(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def said(formula: Formula, names: Mapping[str, Any], texts: Mapping[str, str]) -> ast.expr:
    """A formula with what its names stand for in their place, and what that decides; raises Unsaid."""
    tree = simplified(_Respelled(names, texts).visit(parsed(formula.text)))
    if len(ast.unparse(tree)) > LONGEST:
        raise Unsaid
    return tree


def arithmetic(formula: Formula, value: Any, names: Mapping[str, Any], texts: Mapping[str, str]) -> Any:
    """The value of sums and products, in which an item of a list that the arguments choose is said as it was chosen:
    ``widths[depth]``, which is no ``widths[1]``; raises Unsaid.
    """
    if "[" not in formula.text:
        return value
    items = _Items(names, texts)
    tree = items.visit(parsed(formula.text))
    return Formula(tree).value({**names, **items.found}) if items.found else value


class _Items(Rewriter):
    """A formula with a name for each chosen item, and what these names stand for."""

    def __init__(self, names: Mapping[str, Any], texts: Mapping[str, str]) -> None:
        self._names = names
        self._texts = texts
        self.found: dict[str, Traced] = {}

    def visit_subscript(self, node: ast.Subscript) -> ast.expr:
        value = Formula(node).value(self._names)
        if isinstance(value, bool) or not isinstance(value, int) or _is_fixed(node, self._names, self._texts):
            return node
        text = parse(ast.unparse(said(Formula(node), self._names, self._texts))).text
        label = f"_item{len(self.found)}"
        self.found[label] = Traced(value, Poly.atom(text))
        return ast.Name(label, ast.Load())


def _from_end(tree: ast.Subscript) -> ast.Subscript:
    """``widths[-1]`` for ``widths[len(widths) - 1]``; ``widths[0]`` for the same of ``widths[::-1]``."""
    at = tree.slice
    position = _number(at)
    if position is not None and (whole := _turned_round(tree.value)) is not None:
        return ast.Subscript(whole, constant(-1 - position), ast.Load())
    if not isinstance(at, ast.BinOp) or not isinstance(at.op, ast.Sub) or not isinstance(at.right, ast.Constant):
        return tree
    text, back = ast.unparse(tree.value), at.right.value
    if ast.unparse(at.left) != f"len({text})" or not isinstance(back, int):
        return tree
    if (whole := _turned_round(tree.value)) is not None:
        return ast.Subscript(whole, ast.Constant(back - 1), ast.Load())
    return ast.Subscript(tree.value, ast.UnaryOp(ast.USub(), at.right), ast.Load())


def _turned_round(tree: ast.expr) -> ast.expr | None:
    """``widths`` of ``widths[::-1]``."""
    is_back = isinstance(tree, ast.Subscript) and ast.unparse(tree.slice) == "::-1"
    return tree.value if is_back and isinstance(tree, ast.Subscript) else None


def _number(tree: ast.expr | None) -> int | None:
    """An index that is written as a number."""
    try:
        found = ast.literal_eval(tree) if tree is not None else None
    except ValueError:
        return None
    return found if isinstance(found, int) else None


def _counts_from_start(part: ast.Slice) -> bool:
    """Whether an item that a slice leaves is the same however long the list is: of ``[1:]``, not of ``[::-1]``."""
    bounds = [_number(bound) if bound is not None else 0 for bound in (part.lower, part.upper, part.step)]
    return all(bound is not None and bound >= 0 for bound in bounds)


def _is_fixed(node: ast.Subscript, names: Mapping[str, Any], texts: Mapping[str, str]) -> bool:
    """Whether it is the same item of a list whatever the arguments are: ``widths[1]``, ``widths[i]`` of one copy."""
    if isinstance(node.value, ast.Attribute):
        return True
    if isinstance(node.slice, ast.Slice) or set(free_names(node.slice)) - _known_numbers(names):
        return False
    if isinstance(node.slice, ast.UnaryOp):  # from a list's end; what is counted back by the index has its number
        return False
    if isinstance(node.value, ast.Subscript):
        return _is_fixed(node.value, names, texts)
    return isinstance(node.value, ast.Name) and _is_straight(texts.get(node.value.id))


def _is_straight(text: str | None) -> bool:
    """Whether the items of a list are what it was given, one by one."""
    tree = parsed(text) if text is not None else ast.Tuple([], ast.Load())
    if isinstance(tree, ast.Subscript) and isinstance(tree.slice, ast.Slice):  # widths[1:], widths[::-1]
        return isinstance(tree.value, ast.Name) and _counts_from_start(tree.slice)
    parts = tree.elts if isinstance(tree, ast.Tuple | ast.List) else [tree]
    return all(isinstance(part, ast.Name | ast.Constant) or Formula(part).is_arithmetic for part in parts) and (
        isinstance(tree, ast.Name | ast.Tuple | ast.List)
    )


class _Respelled(Rewriter):
    """A formula with what its names stand for in their place."""

    def __init__(self, names: Mapping[str, Any], texts: Mapping[str, str]) -> None:
        self._names = names
        self._texts = texts

    def visit_call(self, node: ast.Call) -> ast.expr:
        return ast.Call(node.func, [self.visit(part) for part in node.args], [])

    def visit_name(self, node: ast.Name) -> ast.expr:
        text = self._texts.get(node.id)
        return parsed(text) if text is not None else self._said(node)

    def visit_attribute(self, node: ast.Attribute) -> ast.expr:
        return self._said(node)

    def visit_subscript(self, node: ast.Subscript) -> ast.expr:
        if not _is_fixed(node, self._names, self._texts):
            return _from_end(ast.Subscript(self.visit(node.value), self._index(node.slice), ast.Load()))
        try:
            return self._said(node)
        except Unsaid:
            if not isinstance(node.value, ast.Name):
                raise
            return ast.Subscript(self.visit_name(node.value), self.visit(node.slice), ast.Load())

    def _index(self, node: ast.expr) -> ast.expr:
        """Arithmetic is worked out: ``len(widths) - 1`` for ``i + 1`` of the last but one copy."""
        is_slice = isinstance(node, ast.Slice)
        made: ast.expr = self.visit(node) if is_slice or not Formula(node).is_arithmetic else self._said(node)
        return made

    def _said(self, node: ast.expr) -> ast.expr:
        try:
            value = Formula(node).value(self._names)
        except FormulaError as error:
            raise Unsaid from error
        if isinstance(value, Traced) and value.poly.number is None:
            if value.poly.has_floor or not value.poly.is_integral:
                raise Unsaid
            return spelled(value.poly, parsed)
        if isinstance(value, bool | int | float | str) or (
            isinstance(value, tuple) and not any(map(_is_traced, value))
        ):
            return constant(value)
        raise Unsaid


def _is_traced(value: Any) -> bool:
    return any(map(_is_traced, value)) if isinstance(value, tuple) else isinstance(value, Traced)
