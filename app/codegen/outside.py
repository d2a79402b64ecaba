"""What comes out of an instance, said over the names of the one that it is in instead of over its own."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import Any

from app.codegen.solve import simplified, spelled
from app.codegen.trees import constant, free_names, parsed
from app.core.formula import Formula, FormulaError, parse
from app.core.symbolic import Poly, Traced
from app.core.tensor_type import TensorType, TracedType, WireType

LONGEST = 200
"""Characters of a formula; a longer one explains nothing."""


class Unsaid(Exception):  # noqa: N818 - not an error: only the number is known outside
    """A formula that has no meaning over the outer names."""


def said_outside(
    types: Mapping[str, WireType], names: Mapping[str, Any], polys: dict[Any, Poly]
) -> dict[str, WireType]:
    """Types over an instance's own names. ``names``: what each stands for, as the outer names have it; ``polys``: one
    object for each expression.
    """
    outside = _Outside(names, polys)
    return {port: outside.type(type_) for port, type_ in types.items()}


class _Outside:
    def __init__(self, names: Mapping[str, Any], polys: dict[Any, Poly]) -> None:
        self._names = names
        self._polys = polys
        self._known: dict[str, Poly] = {}

    def type(self, type_: WireType) -> WireType:
        if not isinstance(type_, TracedType):
            return type_
        return TensorType([self._size(size) for size in type_.shape], type_.dtype)

    def _size(self, size: Any) -> Any:
        if not isinstance(size, Traced):
            return size
        try:
            poly = size.poly.over(self._stands_for)
        except Unsaid:
            return int(size)
        return int(size) if poly.number is not None else Traced(int(size), self._polys.setdefault(poly.exactly, poly))

    def _stands_for(self, atom: str) -> Poly:
        found = self._known.get(atom)
        if found is None:
            found = self._known[atom] = self._worked_out(parse(atom))
        return found

    def _worked_out(self, formula: Formula) -> Poly:
        try:
            value = formula.value(self._names)
        except FormulaError as error:
            raise Unsaid from error
        if isinstance(value, Traced) and formula.is_arithmetic:
            return value.poly
        if formula.is_arithmetic or not any(_is_traced(self._names.get(name)) for name in formula.names):
            return Poly.constant(int(value))
        tree = simplified(_Respelled(self._names).visit(ast.parse(formula.text, mode="eval").body))
        if not free_names(tree):
            return Poly.constant(int(value))
        text = ast.unparse(tree)
        if len(text) > LONGEST:
            raise Unsaid
        return Poly.atom(parse(text).text)


class _Respelled(ast.NodeTransformer):
    """A formula with what its names stand for in their place."""

    def __init__(self, names: Mapping[str, Any]) -> None:
        self._names = names

    def visit_Call(self, node: ast.Call) -> ast.expr:
        return ast.Call(node.func, [self.visit(part) for part in node.args], [])

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return self._said(node)

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        return self._said(node)

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        return self._said(node)

    def _said(self, node: ast.expr) -> ast.expr:
        try:
            value = Formula(node).value(self._names)
        except FormulaError as error:
            raise Unsaid from error
        if isinstance(value, Traced) and value.poly.number is None:
            if value.poly.has_floor or not value.poly.is_integral:
                raise Unsaid
            return spelled(value.poly, parsed)
        if isinstance(value, bool | int | float | str):
            return constant(value)
        raise Unsaid


def _is_traced(value: Any) -> bool:
    if isinstance(value, tuple):
        return any(isinstance(item, Traced) for item in value)
    return isinstance(value, Traced | TracedType)
