"""What comes out of an instance, said over the names of the one that it is in instead of over its own."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import Any

from app.codegen.origins import Unsaid, arithmetic, said
from app.codegen.trees import free_names
from app.core.formula import Formula, FormulaError, parse
from app.core.symbolic import LOST, NOWHERE, Poly, Traced
from app.core.tensor_type import TensorType, TracedType, WireType


def said_outside(
    types: Mapping[str, WireType], names: Mapping[str, Any], texts: Mapping[str, str], polys: dict[Any, Poly]
) -> dict[str, WireType]:
    """Types over an instance's own names. ``names``: what each stands for, as the outer names have it; ``texts``: the
    same for what is no whole number; ``polys``: one object for each expression.
    """
    outside = _Outside(names, texts, polys)
    return {port: outside.type(type_) for port, type_ in types.items()}


class _Outside:
    def __init__(self, names: Mapping[str, Any], texts: Mapping[str, str], polys: dict[Any, Poly]) -> None:
        self._names = names
        self._texts = texts
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
            return Traced.lost(size)
        return int(size) if poly.number is not None else Traced(int(size), self._polys.setdefault(poly.exactly, poly))

    def _stands_for(self, atom: str) -> Poly:
        if atom == LOST:
            return NOWHERE
        found = self._known.get(atom)
        if found is None:
            found = self._known[atom] = self._worked_out(parse(atom))
        return found

    def _worked_out(self, formula: Formula) -> Poly:
        try:
            value = formula.value(self._names)
            if formula.is_arithmetic:
                value = arithmetic(formula, value, self._names, self._texts)
        except FormulaError as error:
            raise Unsaid from error
        if isinstance(value, Traced) and formula.is_arithmetic:
            return value.poly
        if formula.is_arithmetic:
            return Poly.constant(int(value))
        tree = said(formula, self._names, self._texts)
        if not free_names(tree):
            return Poly.constant(int(value))
        return Poly.atom(parse(ast.unparse(tree)).text)
