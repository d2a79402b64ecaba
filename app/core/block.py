"""What a block is: fields for its arguments, ports, shape rules, and the call that PyTorch sees. Each said once.

A block is a frozen dataclass. Its fields are its arguments; the form, the file, the checks and the code are made from
them. ``infer`` gives output types for input types, or raises ``ShapeError``. ``call`` gives the constructor or
expression that PyTorch sees. ``weights`` and ``macs`` say what it holds and costs. None of this imports torch.
"""

from __future__ import annotations

import dataclasses
import difflib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar

from app.core.symbolic import Dim
from app.core.tensor_type import TensorType, WireType

LARGEST = 2**40
"""No size, count or length may be larger: beyond it nothing can be meant."""

REQUIRED: Any = dataclasses.MISSING


@dataclass(frozen=True, kw_only=True)
class Argument:
    """What a field takes: its kind decides the widget, the check and how a file spells it."""

    kind: str
    low: float | None = None
    high: float | None = None
    multiple_of: int = 1
    choices: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    length: int | None = None
    optional: bool = False
    label: str = ""
    help: str = ""

    def accepts(self, value: Any) -> str | None:
        """None where the value is right, else a sentence that says what is expected."""
        if value is None:
            return None if self.optional else f"Expected {self.expectation}; nothing came."
        checked = _CHECKS[self.kind](self, value)
        return None if checked else f"Expected {self.expectation}; {_shown(value)} came."

    @property
    def expectation(self) -> str:
        """What the field takes, in words: “a whole number of at least 1”."""
        return _EXPECTATIONS[self.kind](self)


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "…"


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_real(value: Any) -> bool:
    return _is_whole(value) or isinstance(value, float)


def _in_range(argument: Argument, value: Any) -> bool:
    low = argument.low if argument.low is not None else -LARGEST
    high = argument.high if argument.high is not None else LARGEST
    return bool(low <= value <= high)


def _are(check: Callable[[Any], bool]) -> Callable[[Argument, Any], bool]:
    def checked(argument: Argument, value: Any) -> bool:
        if not isinstance(value, tuple | list) or (argument.length is not None and len(value) != argument.length):
            return False
        return all(check(item) and _in_range(argument, item) for item in value)

    return checked


def _is_table(argument: Argument, value: Any) -> bool:
    return isinstance(value, tuple | list) and all(
        isinstance(row, tuple | list) and (not argument.columns or len(row) == len(argument.columns)) for row in value
    )


def _is_pair(argument: Argument, value: Any) -> bool:
    if _is_whole(value):
        return _in_range(argument, value)
    return isinstance(value, tuple | list) and len(value) == (argument.length or 2) and _are(_is_whole)(argument, value)


_CHECKS: dict[str, Callable[[Argument, Any], bool]] = {
    "int": lambda a, v: _is_whole(v) and _in_range(a, v) and v % a.multiple_of == 0,
    "float": lambda a, v: _is_real(v) and _in_range(a, v),
    "bool": lambda a, v: isinstance(v, bool),
    "str": lambda a, v: isinstance(v, str),
    "choice": lambda a, v: v in a.choices,
    "pair": _is_pair,
    "ints": _are(_is_whole),
    "floats": _are(_is_real),
    "table": _is_table,
    "path": lambda a, v: isinstance(v, str),
}


def _range(argument: Argument) -> str:
    if argument.low is not None and argument.high is not None:
        return f" between {argument.low:g} and {argument.high:g}"
    if argument.low is not None:
        return f" of at least {argument.low:g}"
    return f" of at most {argument.high:g}" if argument.high is not None else ""


def _whole(argument: Argument) -> str:
    return "a whole number" if argument.multiple_of == 1 else f"a multiple of {argument.multiple_of}"


_EXPECTATIONS: dict[str, Callable[[Argument], str]] = {
    "int": lambda a: f"{_whole(a)}{_range(a)}",
    "float": lambda a: f"a number{_range(a)}",
    "bool": lambda a: "true or false",
    "str": lambda a: "a text",
    "choice": lambda a: "one of " + ", ".join(a.choices),
    "pair": lambda a: f"a whole number{_range(a)}, or {a.length or 2} of them",
    "ints": lambda a: f"{a.length or 'a list of'} whole numbers{_range(a)}",
    "floats": lambda a: f"{a.length or 'a list of'} numbers{_range(a)}",
    "table": lambda a: "rows of " + ", ".join(a.columns) if a.columns else "a table",
    "path": lambda a: "a file or folder",
}


def _field(argument: Argument, default: Any) -> Any:
    if isinstance(default, list):
        default = tuple(default)
    return dataclasses.field(default=default, metadata={"argument": argument})


def whole(default: int | None = None, *, low: int | None = None, high: int | None = None, **more: Any) -> Any:
    """An int field. ``more``: ``label``, ``help``, ``optional``."""
    return _field(Argument(kind="int", low=low, high=high, optional=default is None, **more), default)


def real(default: float | None = None, *, low: float | None = None, high: float | None = None, **more: Any) -> Any:
    """A float field."""
    return _field(Argument(kind="float", low=low, high=high, optional=default is None, **more), default)


def flag(default: bool = False, **more: Any) -> Any:
    """A bool field."""
    return _field(Argument(kind="bool", **more), default)


def choice(default: str, *choices: str, **more: Any) -> Any:
    """One of some texts."""
    return _field(Argument(kind="choice", choices=choices, **more), default)


def pair(default: Any = None, *, low: int | None = None, length: int = 2, **more: Any) -> Any:
    """A whole number, or one for each of ``length`` dimensions, as torch's kernel sizes are."""
    return _field(Argument(kind="pair", low=low, length=length, optional=default is None, **more), default)


def ints(default: tuple[int, ...] = (), *, low: int | None = None, length: int | None = None, **more: Any) -> Any:
    """A list of whole numbers."""
    return _field(Argument(kind="ints", low=low, length=length, **more), default)


def floats(default: tuple[float, ...] = (), *, length: int | None = None, **more: Any) -> Any:
    """A list of numbers."""
    return _field(Argument(kind="floats", length=length, **more), default)


def text(default: str = "", **more: Any) -> Any:
    """A text field."""
    return _field(Argument(kind="str", **more), default)


def path(default: str = "", **more: Any) -> Any:
    """A file or folder of the user's."""
    return _field(Argument(kind="path", **more), default)


def table(default: tuple[tuple[Any, ...], ...] = (), *, columns: tuple[str, ...] = (), **more: Any) -> Any:
    """Rows of numbers and texts."""
    return _field(Argument(kind="table", columns=columns, **more), default)


@dataclass(frozen=True, kw_only=True)
class Port:
    """A port of a block. A ``variadic`` input takes any number of wires (at least ``least``), in order, and hands
    ``infer`` a tuple of types; an ``optional`` one hands None where nothing is wired; a ``module`` one a ModuleType.
    """

    name: str
    help: str = ""
    variadic: bool = False
    least: int = 1
    optional: bool = False
    module: bool = False


def port(name: str, help: str = "", **more: Any) -> Port:
    return Port(name=name, help=help, **more)


@dataclass(frozen=True)
class Weight:
    """A tensor of a module's state: its shape, and whether it is learnt (a parameter) or only kept (a buffer)."""

    shape: tuple[Dim, ...]
    learnt: bool = True
    dtype: str = "float32"


def parameter(*shape: Dim) -> Weight:
    return Weight(shape)


def buffer(*shape: Dim, dtype: str = "float32") -> Weight:
    return Weight(shape, learnt=False, dtype=dtype)


@dataclass(frozen=True)
class Module:
    """A constructor call, ``target(**arguments)``, kept as an attribute and called in ``forward``.

    * ``target``: ``nn.Conv2d``, or the name of a class in ``blocks/modules`` given as ``source``; or a whole call over
      the arguments' names, for what is no module: ``nn.Parameter(torch.zeros(rows, columns))``, forward ``module``.
      Its state has the key "" (the node's own name).
    * ``arguments``: by torch's own parameter names. One that has the name of a block's field is printed as the user
      wrote it (literal or formula); others were inferred and are printed by provenance.
    * ``positional``: how many of the first are printed without their name.
    * ``defaults``: torch's defaults (not the block's); an argument equal to its default is left out.
    * ``forward``: the expression in ``forward``; ``module`` and the input ports' names stand for themselves, ``*name``
      for a variadic port. None: ``module(first, second, ...)`` with the wired inputs in order.
    * ``returns``: pattern of what comes back where that is not the only output: ``output, (h_n, c_n)``, over output
      ports' names.
    * ``functional``: the same as an expression without a module, used outside a sequential graph (only for modules
      without state): ``F.relu(input)``.
    * ``around``: what the constructor call stands in, with ``module`` for the call itself:
      ``nn.utils.parametrizations.spectral_norm(module)``.
    """

    target: str
    arguments: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    positional: int = 0
    defaults: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    forward: str | None = None
    returns: str | None = None
    functional: str | None = None
    source: str | None = None
    random: bool = False
    around: str | None = None


@dataclass(frozen=True)
class Expression:
    """An expression in ``forward``: a template over the input ports' names, ``torch``, ``F``, ``nn``, ``math`` and the
    names of ``values``: ``Expression("torch.cat([*inputs], dim=dim)", dim=self.dim)``.
    ``*inputs`` stands for all wires of a variadic port, ``inputs[0]`` (a literal index) for one of them.

    ``returns`` as for ``Module``. ``random``: evaluated once, never inlined twice. ``source``: the name of a file in
    ``blocks/modules`` whose functions the template calls. ``precedence`` is read off the template.
    """

    template: str
    values: Mapping[str, Any]
    returns: str | None = None
    random: bool = False
    source: str | None = None

    def __init__(
        self,
        template: str,
        /,
        *,
        returns: str | None = None,
        random: bool = False,
        source: str | None = None,
        **values: Any,
    ) -> None:
        object.__setattr__(self, "template", template)
        object.__setattr__(self, "values", values)
        object.__setattr__(self, "returns", returns)
        object.__setattr__(self, "random", random)
        object.__setattr__(self, "source", source)


Call = Module | Expression


@dataclass(frozen=True, kw_only=True)
class Block:
    """Base of every block. Subclasses are frozen, keyword-only dataclasses; the first line of their docstring is the
    summary that palette and properties show, and the rest gives formula, shapes and source.
    """

    inputs: ClassVar[tuple[Port, ...]] = (Port(name="input"),)
    outputs: ClassVar[tuple[Port, ...]] = (Port(name="output"),)
    synonyms: ClassVar[tuple[str, ...]] = ()
    refused: ClassVar[str] = ""
    """Why no instance of it can be made, if none can: a document's own Python may be wrong."""
    trains: ClassVar[bool] = False
    """Whether it behaves differently in training than in evaluation (dropout, batch normalisation)."""

    def infer(self, *inputs: Any) -> WireType | tuple[WireType, ...]:
        """Output type(s) for input types, in the order of the ports; raises ShapeError."""
        raise NotImplementedError

    def call(self, *inputs: Any) -> Call:
        """What PyTorch sees, for input types that ``infer`` accepted."""
        raise NotImplementedError

    def weights(self, *inputs: Any) -> dict[str, Weight]:
        """State of the module by its key in ``state_dict``."""
        return {}

    def macs(self, *inputs: Any) -> Dim:
        """Multiply-accumulates of one forward over these inputs, batch included."""
        return 0

    def detail(self) -> str:
        """A few characters for the node's corner: ``3×3 /2``."""
        return ""

    def ports(self) -> tuple[tuple[Port, ...], tuple[Port, ...]]:
        """Inputs and outputs of this very instance, for blocks whose arguments decide them."""
        return self.inputs, self.outputs

    @classmethod
    def arguments(cls) -> dict[str, Argument]:
        """The block's arguments by name, in order."""
        found = cls.__dict__.get("__arguments__")  # a name that no field has
        if found is None:
            found = {f.name: f.metadata["argument"] for f in dataclasses.fields(cls) if "argument" in f.metadata}
            cls.__arguments__ = found  # type: ignore[attr-defined]
        return found

    @classmethod
    def defaults(cls) -> dict[str, Any]:
        return {f.name: f.default for f in dataclasses.fields(cls) if "argument" in f.metadata}

    @classmethod
    def summary(cls) -> str:
        return (cls.__doc__ or "").strip().split("\n", 1)[0]


@dataclass(frozen=True)
class Metric(Module):
    """A module with ``update(*inputs)`` and ``compute()``: in a step graph its value for the batch is shown, in an
    evaluation it accumulates over the split. Its class lives in ``blocks/modules``.
    """


@dataclass(frozen=True, kw_only=True)
class Field:
    """One named thing that a data source yields. ``labels``: the classes' names where values are class indices."""

    name: str
    type: TensorType
    labels: tuple[str, ...] = ()
    help: str = ""


@dataclass(frozen=True, kw_only=True)
class Source(Block):
    """A data source. What it yields is known before anything is read.

    ``fields`` gives the type of one batch (first dimension ``B``, or the whole graph's sizes for full-batch data).
    ``reader`` is the file in ``blocks/modules`` that generated code carries along: a module with one function
    ``load(split: str, **arguments) -> Data``. ``needs`` names the one package that it imports beside torch.
    """

    inputs: ClassVar[tuple[Port, ...]] = ()
    outputs: ClassVar[tuple[Port, ...]] = ()
    reader: ClassVar[str] = ""
    needs: ClassVar[str] = ""
    licence: ClassVar[str] = ""
    network: ClassVar[bool] = False
    splits: ClassVar[tuple[str, ...]] = ("train", "validation", "test")

    def fields(self) -> tuple[Field, ...]:
        """What one batch holds, by name."""
        raise NotImplementedError

    def missing(self) -> str | None:
        """None where the data is here, else a sentence that says what is missing and where to get it."""
        return None

    def damaged(self) -> str | None:
        """None where each file can be read, else a sentence that names what cannot. Looking at all may take a while."""
        return None


def key_of(name: str) -> str:
    """What a block's class and file names have in common: ``BatchNorm2d`` and ``batch_norm2d`` are ``batchnorm2d``."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _itself(block: type[Block]) -> type[Block]:
    return block


class UnknownBlockError(LookupError):
    """No block of that name; the message lists near ones."""


class Library:
    """The blocks there are: a value that is passed in. Classes are loaded when first asked for."""

    def __init__(self, loaders: Mapping[str, Callable[[], type[Block]]], families: Mapping[str, str]) -> None:
        self._loaders = dict(loaders)
        self._families = dict(families)
        self._classes: dict[str, type[Block] | None] = {}
        self.of_documents: list[Library] = []
        """The same with what documents bring along, the newest last."""

    @staticmethod
    def of(blocks: Iterable[type[Block]], family: str = "test") -> Library:
        """A library of given classes, for tests."""
        classes = {key_of(block.__name__): block for block in blocks}
        return Library({key: partial(_itself, block) for key, block in classes.items()}, dict.fromkeys(classes, family))

    def find(self, name: str) -> type[Block] | None:
        """The class of that very name, or None."""
        try:
            return self._classes[name]
        except KeyError:
            loader = self._loaders.get(key_of(name))
            found = loader() if loader is not None else None
            if found is not None and found.__name__ != name:
                found = None
            self._classes[name] = found
            return found

    def get(self, name: str) -> type[Block]:
        found = self.find(name)
        if found is None:
            near = difflib.get_close_matches(key_of(name), self._loaders, 3, 0.5)
            hint = f"; did you mean {' or '.join(self._loaders[key]().__name__ for key in near)}?" if near else "."
            raise UnknownBlockError(f"There is no block “{name}”{hint}")
        return found

    def family(self, name: str) -> str:
        """The folder that a block lives in: its category."""
        return self._families.get(key_of(name), "")

    def all(self) -> list[type[Block]]:
        """Every block, loaded, by family and name."""
        blocks = [self._loaders[key]() for key in sorted(self._loaders, key=lambda key: (self._families[key], key))]
        return blocks

    def names(self) -> list[str]:
        return [block.__name__ for block in self.all()]
