"""A generated class's constructor: sizes it cannot know, values no expression tells, declared arguments."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Any

from app.codegen.printer import flat
from app.codegen.trees import LISTS, constant
from app.core.document import Argument, Graph
from app.core.names import MODULE_ATTRIBUTES
from app.core.results import GraphResult
from app.core.symbolic import Symbol
from app.core.tensor_type import TensorType

if TYPE_CHECKING:
    from app.codegen.view import View

RANKS: dict[int, tuple[str, ...]] = {
    1: ("features",),
    2: ("batch", "features"),
    3: ("batch", "length", "features"),
    4: ("batch", "channels", "height", "width"),
    5: ("batch", "channels", "depth", "height", "width"),
}
ENDS = {0: "batch", 1: "channels", -1: "features", -2: "height", -3: "depth"}
"""Sizes of an input that has now more and now fewer dimensions, counted from the front or the back."""


class NotThere(LookupError):  # noqa: N818 - not an error: the caller does without
    """An instance in which the node is left out that a constructor argument is for."""


UNASKED: Any = object()
"""The value of a constructor argument in an instance that makes no use of it: any will do."""


class Parameter:
    """One constructor argument. ``read`` gives its value in an instance, with the provenance of whoever asks."""

    __slots__ = ("annotation", "declared", "default", "name", "read")

    def __init__(
        self,
        name: str,
        annotation: str,
        default: str | None,
        value_in: Callable[[GraphResult], Any],
        declared: Argument | None = None,
    ) -> None:
        self.name = name
        self.annotation = annotation
        self.default = default
        self.read = value_in
        self.declared = declared

    def value_in(self, result: GraphResult) -> Any:
        """Its value in an instance; UNASKED where nothing there needs it."""
        try:
            return self.read(result)
        except NotThere:
            return UNASKED

    def __str__(self) -> str:
        return f"{self.name}: {self.annotation}" + ("" if self.default is None else f" = {self.default}")


class Signature:
    """Arguments of one class's constructor, gathered while its text is written."""

    own: View

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self._taken = {argument.name for argument in graph.arguments} | {"self", "i"}
        self._sizes: dict[tuple[str, int], Parameter] = {}
        self._slots: dict[str, Parameter] = {}
        self.attributes: dict[str, str] = {}
        """Constructor arguments that ``forward`` needs, and the attributes that keep them."""
        self.reserved: frozenset[str] = frozenset()
        """Attributes that hold modules."""

    def size(self, port: str, index: int, rank: int) -> str:
        """The argument that says how large an input is along a dimension."""
        found = self._sizes.get((port, index))
        if found is None:
            sizes = RANKS.get(rank, ())
            what = sizes[index] if index < len(sizes) and rank else ENDS.get(index, f"size_{index}".replace("-", "m"))
            first = port == self.graph.inputs[0].name
            name = self._unique(f"in_{what}" if first else f"{port}_{what}")
            found = Parameter(name, "int", None, lambda result: _size_in(result, port, index))
            self._sizes[(port, index)] = found
        return found.name

    @cached_property
    def lists(self) -> frozenset[str]:
        """Declared arguments that hold several values."""
        return frozenset(argument.name for argument in self.graph.arguments if argument.kind in LISTS)

    @property
    def number_of_sizes(self) -> int:
        return len(self._sizes)

    def known_size(self, port: str, index: int) -> str | None:
        """The name of that size's argument, if the constructor has one."""
        found = self._sizes.get((port, index))
        return None if found is None else found.name

    def slot(self, label: str, value_in: Callable[[GraphResult], Any]) -> str:
        """An argument for a value that differs between instances in a way that no expression tells."""
        found = self._slots.get(label)
        if found is None:
            name = self._unique(re.sub(r"\W", "_", label))
            found = self._slots[label] = Parameter(name, "int", None, value_in)
            values = (found.value_in(result) for _, result in self.own.results)
            found.annotation = annotation_of(next((value for value in values if value is not UNASKED), 1))
        return found.name

    def keep(self, name: str) -> str:
        """The attribute under which ``forward`` finds a constructor argument."""
        is_taken = name in self.reserved or name in MODULE_ATTRIBUTES
        self.attributes[name] = f"{name}_" if is_taken else name
        return f"self.{self.attributes[name]}"

    def _unique(self, wanted: str) -> str:
        name, number = wanted, 2
        while name in self._taken:
            name, number = f"{wanted}_{number}", number + 1
        self._taken.add(name)
        return name

    @property
    def form(self) -> tuple[Any, ...] | None:
        """All that a call of the class is written by; None where that is also what is inside an instance."""
        if self._slots:
            return None
        return (*self._sizes, *(str(parameter) for parameter in self.parameters))

    @property
    def inferred(self) -> list[Parameter]:
        """Sizes in the order of inputs and dimensions, then slots in the order of the text."""
        ports = [port.name for port in self.graph.inputs]
        sizes = sorted(self._sizes.items(), key=lambda item: (ports.index(item[0][0]), item[0][1]))
        return [*(parameter for _, parameter in sizes), *self._slots.values()]

    @cached_property
    def declared(self) -> list[Parameter]:
        return [declared_parameter(argument) for argument in self.graph.arguments]

    @property
    def names(self) -> set[str]:
        """What the constructor's arguments are called."""
        every = (*self._sizes.values(), *self._slots.values(), *self.declared)
        return {parameter.name for parameter in every}

    @property
    def parameters(self) -> list[Parameter]:
        """All of them, those without a default first."""
        every = [*self.inferred, *self.declared]
        return [p for p in every if p.default is None] + [p for p in every if p.default is not None]


def _size_in(result: GraphResult, port: str, index: int) -> Any:
    type_ = result.inputs[port]
    assert isinstance(type_, TensorType)
    size = type_.shape[index]
    if isinstance(size, Symbol):
        raise TypeError(f"{result.graph.name} needs to know how large “{port}” is along dimension {index}")
    return size


def declared_parameter(argument: Argument) -> Parameter:
    default = None if argument.default is None else flat(constant(argument.default))
    name = argument.name
    return Parameter(name, annotation(argument), default, lambda result: result.arguments[name], argument)


_ANNOTATIONS = {
    "int": "int",
    "float": "float",
    "bool": "bool",
    "str": "str",
    "choice": "str",
    "ints": "Sequence[int]",
    "floats": "Sequence[float]",
}


def annotation(argument: Argument) -> str:
    """The Python type of a declared argument."""
    if argument.kind != "table":
        return _ANNOTATIONS[argument.kind]
    rows = argument.default or ()
    kinds = {annotation_of(cell) for row in rows for cell in row}
    if len(kinds) == 1:
        return f"Sequence[Sequence[{kinds.pop()}]]"
    cells = ", ".join(annotation_of(cell) for cell in rows[0]) if rows else "int, ..."
    return f"Sequence[tuple[{cells}]]"


def annotation_of(value: Any) -> str:
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, tuple):
        return f"Sequence[{annotation_of(value[0]) if value else 'int'}]"
    return {int: "int", float: "float", str: "str"}.get(type(value), "int" if isinstance(value, int) else "object")
