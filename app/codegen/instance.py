"""One instance of a graph as code generation sees it: the values of its names, and its result over them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from app.core.document import Argument
from app.core.formula import FormulaError, parse
from app.core.results import GraphResult
from app.core.symbolic import Poly, Traced
from app.core.tensor_type import ABSENT, TensorType, TracedType


class Instance:
    """One instance of a graph (or of the document itself): plain names, and the result over traced names."""

    __slots__ = ("_copies", "_values", "names", "result", "skin", "used")

    def __init__(self, names: Mapping[str, Any], result: GraphResult, skin: object = None) -> None:
        """``skin``: of an instance that differs from this one only inside the instances that it holds."""
        self.names = names
        self.result = result
        self.skin = skin if skin is not None else object()
        self.used = 0
        self._values = _AtomValues(names)
        self._copies: dict[int, Instance] = {}

    def value(self, poly: Poly) -> int | None:
        """What an expression over this instance's names comes to; None where it means nothing here."""
        try:
            return poly.value(self._values)
        except (FormulaError, KeyError, TypeError, ZeroDivisionError):
            return None

    def settled(self, poly: Poly) -> Poly | None:
        """An expression without the divisions that need not be exact: what these come to here is a plain number."""
        try:
            return poly.settled(self._values)
        except (FormulaError, KeyError, TypeError, ZeroDivisionError):
            return None

    def at(self, copy: int) -> Instance:
        """The same, seen from one copy of a repeat: the index ``i`` has a value."""
        found = self._copies.get(copy)
        if found is None:
            found = self._copies[copy] = Instance({**self.names, "i": copy}, self.result)
        return found


class _AtomValues(dict[str, int]):
    """Values of atoms, which are formulas over an instance's names: ``planes``, ``layers[0]``, ``x.shape[1]``."""

    def __init__(self, names: Mapping[str, Any]) -> None:
        super().__init__()
        self._names = names

    def __missing__(self, atom: str) -> int:
        value = parse(atom).value(self._names)
        if not isinstance(value, int):
            raise KeyError(atom)
        self[atom] = int(value)
        return self[atom]


class Root(Instance):
    """The document under one preset, as the scope of its models: atoms are the document's arguments."""

    __slots__ = ()


def traced_value(name: str, value: Any, multiple_of: int = 1) -> Any:
    """The value with its name as provenance, items of lists included. ``multiple_of``: what it is declared to be."""
    if isinstance(value, bool):
        return value
    if isinstance(value, int):
        return Traced.of(int(value), name, multiple_of)
    if isinstance(value, tuple):
        return tuple(traced_value(f"{name}[{index}]", item) for index, item in enumerate(value))
    return value


def traced_values(declared: Iterable[Argument], values: Mapping[str, Any]) -> dict[str, Any]:
    """Values of arguments with their names as provenance."""
    multiples = {argument.name: argument.multiple_of for argument in declared}
    return {name: traced_value(name, value, multiples.get(name, 1)) for name, value in values.items()}


def traced_type(name: str, type_: Any) -> Any:
    """The type with provenance on its known sizes."""
    if not isinstance(type_, TensorType) or type_ is ABSENT:
        return type_
    sizes = [
        Traced.of(int(dim), f"{name}.shape[{index}]") if isinstance(dim, int) else dim
        for index, dim in enumerate(type_.shape)
    ]
    return TensorType(sizes, type_.dtype)


def plain(value: Any) -> Any:
    """An argument or a type without provenance."""
    if isinstance(value, Traced):
        return int(value)
    if isinstance(value, tuple):
        return tuple(plain(item) for item in value)
    if isinstance(value, TracedType):
        return TensorType([int(dim) if isinstance(dim, int) else dim for dim in value.shape], value.dtype)
    return value
