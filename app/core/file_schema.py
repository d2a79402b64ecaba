"""What a document looks like as JSON, derived from the structs of ``document.py`` so that each field is said once.

For each struct there is a strict decoding type, a way from decoded to document and a way back to plain JSON values.
Differences from the structs, all for files that read well: mappings of named things are lists, a use is
``"graph:Bottleneck"``, a wire is ``["conv1.output", "bn1.input"]``, and what equals its default is left out.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

import msgspec
from msgspec import Meta, Raw, Struct

from app.core import document as model
from app.core.document import BOUNDARY, Document, Edge, End, Graph, Kind, Node, Use

BOUND = 2**63
DEEPEST = 16
"""How deep lists in an argument's value may be nested; a table needs two."""

Whole = Annotated[int, Meta(ge=-BOUND, le=BOUND - 1)]
Count = Whole | str
Amount = Whole | float | str

OPEN = (Document, Graph, Node)
"""Structs whose unknown fields are kept; anywhere else a field that nobody knows is refused."""

_PRECISE: dict[tuple[type, str], Any] = {
    (model.Repeat, "count"): Count,
    (model.Scan, "count"): Count | None,
    (model.InputType, "shape"): tuple[Count, ...],
    (model.Model, "decay"): Amount,
    (model.Phase, "clip_norm"): Amount | None,
    (model.Phase, "clip_value"): Amount | None,
    (model.Phase, "every"): Count,
    (model.Stage, "steps"): Count,
    (model.Evaluation, "every"): Count | None,
    (model.Preview, "every"): Count | None,
    (model.Recipe, "batch_size"): Count,
    (model.Recipe, "eval_batch_size"): Count,
    (model.Recipe, "seed"): Count,
}
"""Fields that hold a value or a formula and never a list: the decoder can name what is wrong there by itself."""

KEYED: dict[tuple[type, str], str] = {
    (Document, "graphs"): "name",
    (Document, "models"): "name",
    (Document, "codes"): "name",
    (Document, "presets"): "name",
    (Graph, "nodes"): "id",
}
"""Mappings that are lists in the file: the key stands in the thing itself, and paths in errors are exact."""

_NODE_ID = Annotated[str, Meta(min_length=1)]


class Place:
    """Where in the file something is, for a message; the text is made only when it is asked for."""

    __slots__ = ("parent", "step")

    def __init__(self, parent: Place | None, step: str | int) -> None:
        self.parent = parent
        self.step = step

    def __str__(self) -> str:
        before = str(self.parent) if self.parent else ""
        if isinstance(self.step, int):
            return f"{before}[{self.step}]"
        return f"{before}.{self.step}" if before else self.step


Report = Callable[[Place, str], None]
"""Takes a place and what is wrong there."""


# --- The decoding types -------------------------------------------------------------------------------------------


@cache
def hints(struct: type) -> dict[str, Any]:
    """The types of a struct's fields, annotations resolved."""
    return get_type_hints(struct, vars(model))


@cache
def known_fields(struct: type) -> frozenset[str]:
    return frozenset(name for name in struct.__struct_fields__ if name != "unknown")  # type: ignore[attr-defined]


@cache
def schema(struct: type) -> type[Struct]:
    """The strict type that a file's object is decoded as."""
    fields: list[Any] = []
    for info in msgspec.structs.fields(struct):
        if info.name == "unknown":
            continue
        kind = _decoded(_PRECISE.get((struct, info.name), hints(struct)[info.name]), (struct, info.name) in KEYED)
        if struct is Node and info.name == "id":
            kind = _NODE_ID
        if struct is Node and info.name == "name":
            fields.append((info.name, str | None, None))
        elif info.default_factory is not msgspec.NODEFAULT:
            fields.append((info.name, kind, msgspec.field(default_factory=list if kind_is_list(kind) else dict)))
        elif info.default is not msgspec.NODEFAULT:
            fields.append((info.name, kind, _default(info.default)))
        else:
            fields.append((info.name, kind))
    made = msgspec.defstruct(struct.__name__, fields, kw_only=True, forbid_unknown_fields=struct not in OPEN, gc=False)
    return made


def kind_is_list(kind: Any) -> bool:
    return get_origin(kind) is list


def _default(default: Any) -> Any:
    """A struct as a default is decoded from an empty object, so that it has the decoding type."""
    if isinstance(default, Struct):
        kind = schema(type(default))
        return msgspec.field(default_factory=kind)
    return default


class _Wire(Struct, array_like=True, forbid_unknown_fields=True, gc=False):
    source: str
    target: str
    order: Whole = 0


def _decoded(kind: Any, keyed: bool = False) -> Any:
    if kind is Use:
        return str
    if kind is Edge:
        return _Wire
    if kind is int:
        return Whole
    if isinstance(kind, type) and issubclass(kind, Struct):
        return schema(kind)
    origin, parts = get_origin(kind), get_args(kind)
    if origin is Mapping:
        return list[_decoded(parts[1])] if keyed else dict[str, _decoded(parts[1])]  # type: ignore[misc]
    if origin is tuple:
        return tuple[tuple(part if part is ... else _decoded(part) for part in parts)]  # type: ignore[misc]
    if origin in (Union, UnionType):
        return Union[tuple(_decoded(part) for part in parts)]  # noqa: UP007 - made from a list
    return kind


# --- From decoded to document -------------------------------------------------------------------------------------


Opener = Callable[[Any, Place, Report], Any]


@cache
def opener(struct: type) -> Opener:
    """The function that makes the document's struct from the decoded one and reports what it cannot represent."""
    plans = [
        (info.name, _opener_of(hints(struct)[info.name], struct, info.name))
        for info in msgspec.structs.fields(struct)
        if info.name != "unknown"
    ]
    plain = [name for name, function in plans if function is None]
    made = [(name, function) for name, function in plans if function is not None]

    def opened(value: Any, place: Place, report: Report) -> Any:
        arguments = {name: getattr(value, name) for name in plain}
        for name, function in made:
            part = getattr(value, name)
            if part is None or part in ((), {}):  # most fields of most nodes
                arguments[name] = part
            else:
                arguments[name] = function(part, Place(place, name), report)
        if struct is Node and arguments["name"] is None:
            arguments["name"] = arguments["id"]
        return struct(**arguments)

    return opened


def _opener_of(kind: Any, struct: type, name: str) -> Opener | None:
    """None where the decoded value can be taken as it is."""
    special: dict[Any, Opener] = {Use: _open_use, Edge: _open_edge, Any: open_value}
    if kind in special:
        return special[kind]
    if isinstance(kind, type) and issubclass(kind, Struct):
        return opener(kind)
    origin, parts = get_origin(kind), get_args(kind)
    if origin is Mapping:
        inner = _opener_of(parts[1], struct, name)
        if (struct, name) in KEYED:
            return _open_keyed(KEYED[struct, name], inner)
        return None if inner is None else _open_mapping(inner)
    if origin is tuple:
        inner = _opener_of(parts[0], struct, name)
        return None if inner is None else _open_list(inner)
    if origin in (Union, UnionType):
        found = [_opener_of(part, struct, name) for part in parts if part is not NoneType]
        return next((function for function in found if function is not None), None)
    return None


def _open_keyed(key: str, inner: Opener | None) -> Opener:
    assert inner is not None

    def opened(values: list[Any], place: Place, report: Report) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for position, value in enumerate(values):
            here = Place(place, position)
            identity = getattr(value, key)
            if identity in found:
                report(Place(here, key), f"“{identity}” is taken already; each {key} here may stand once")
            elif key == "id" and ("." in identity or identity == BOUNDARY):
                report(Place(here, key), f"“{identity}” cannot be an id: an id holds no “.” and is not “{BOUNDARY}”")
            found[identity] = inner(value, here, report)
        return found

    return opened


_SIMPLE = frozenset({str, bool, NoneType, float})


def _open_mapping(inner: Opener) -> Opener:
    if inner is open_value:
        return _open_values

    def opened(values: dict[str, Any], place: Place, report: Report) -> dict[str, Any]:
        return {key: inner(value, Place(place, key), report) for key, value in values.items()}

    return opened


def _open_values(values: dict[str, Any], place: Place, report: Report) -> dict[str, Any]:
    """Values by name; the decoded mapping is new and may be changed in place."""
    for key, value in values.items():
        kind = value.__class__
        if kind not in _SIMPLE and not (kind is int and -BOUND <= value < BOUND):
            values[key] = open_value(value, Place(place, key), report)
    return values


def _open_list(inner: Opener) -> Opener:
    def opened(values: Iterable[Any], place: Place, report: Report) -> tuple[Any, ...]:
        return tuple([inner(value, Place(place, position), report) for position, value in enumerate(values)])

    return opened


def open_value(value: Any, place: Place, report: Report, depth: int = 0) -> Any:
    """An argument's value, lists as tuples; anything that is not None, a number, a text or a list is reported."""
    kind = value.__class__
    if kind is str or kind is bool or kind is NoneType:
        return value
    if kind is int:
        if not -BOUND <= value < BOUND:
            report(place, "the number is beyond ±2^63")
        return value
    if kind is float:
        return value
    if depth >= DEEPEST:
        report(place, f"lists are nested more than {DEEPEST} deep")
        return None
    if kind is list:
        if all(item.__class__ is int and -BOUND <= item < BOUND for item in value):  # (3, 3) and the like
            return tuple(value)
        return tuple([open_value(item, Place(place, i), report, depth + 1) for i, item in enumerate(value)])
    report(place, "a number, a text, true, false, null or a list of these was expected, and an object came")
    return None


_KINDS = {kind.value: kind for kind in Kind}


@cache
def use_of(text: str) -> Use | None:
    """``"block:Conv2d"`` (or just ``"Conv2d"``), ``"graph:Bottleneck"``, ``"model:generator"``."""
    kind, separator, name = text.partition(":")
    if not separator:
        return Use(Kind.BLOCK, text) if text else None
    return Use(_KINDS[kind], name) if kind in _KINDS else None


def _open_use(text: str, place: Place, report: Report) -> Use:
    found = use_of(text)
    if found is None:
        report(place, f"“{text}” is not a use: expected block:NAME, graph:NAME or model:NAME")
        return Use(Kind.BLOCK, text)
    return found


def _open_edge(wire: Any, place: Place, report: Report) -> Edge:
    out, dot, port = wire.source.partition(".")
    into, point, slot = wire.target.partition(".")
    if out and dot and port and into and point and slot:
        return Edge(End(out, port), End(into, slot), wire.order)
    return Edge(_open_end(wire.source, place, 0, report), _open_end(wire.target, place, 1, report), wire.order)


def _open_end(text: str, place: Place, position: int, report: Report) -> End:
    node, dot, port = text.partition(".")
    if not (node and dot and port):
        report(
            Place(place, position),
            f"“{text}” is not the end of a wire: expected node.port, or {BOUNDARY}.port for the graph itself",
        )
    return End(node, port)


# --- From document to plain JSON values ---------------------------------------------------------------------------


def plain(value: Any, place: Place, report: Report) -> Any:
    """A struct as dicts and lists without its defaults; unknown fields follow at the end, raw."""
    kind = value.__class__
    if kind is Use:
        return str(value)
    if kind is Edge:
        return _plain_edge(value, place, report)
    if issubclass(kind, Struct):
        return _plain_struct(value, place, report)
    if isinstance(value, Mapping):
        return {key: plain(item, Place(place, key), report) for key, item in value.items()}
    return _plain_value(value, place, report)


def _plain_edge(edge: Edge, place: Place, report: Report) -> list[Any]:
    for end in (edge.source, edge.target):
        if "." in end.node or not end.node or not end.port:
            report(place, f"“{end}” cannot be written: a node's id holds no “.” and neither part is empty")
    return [str(edge.source), str(edge.target), *([edge.order] if edge.order else [])]


@cache
def _fields(struct: type) -> tuple[tuple[str, Any, str | None], ...]:
    """Name, default and, for a list in the file, the key of each field."""
    found = []
    for info in msgspec.structs.fields(struct):
        made = info.default_factory() if info.default_factory is not msgspec.NODEFAULT else info.default
        if info.name != "unknown":
            found.append((info.name, made, KEYED.get((struct, info.name))))
    return tuple(found)


_REAL = frozenset({"low", "high", "at_least", "at_most", "positions"})
"""Fields that are floats whichever way they are written: whole ones are written as whole numbers."""


def _real(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _real(item) for key, item in value.items()}
    if isinstance(value, tuple):
        return [_real(item) for item in value]
    return int(value) if isinstance(value, float) and abs(value) < 2**53 and value == int(value) else value


def _plain_struct(value: Struct, place: Place, report: Report) -> dict[str, Any]:
    written: dict[str, Any] = {}
    for name, default, key in _fields(type(value)):
        part = getattr(value, name)
        if part is default or (part == default and part.__class__ is default.__class__):
            continue
        if name in _REAL:
            written[name] = _real(part)
        elif key is not None:
            written[name] = [plain(item, Place(Place(place, name), i), report) for i, item in enumerate(part.values())]
        else:
            written[name] = plain(part, Place(place, name), report)
    if isinstance(value, Node):
        if value.name == value.id:
            del written["name"]
        if "." in value.id or value.id in ("", BOUNDARY):
            report(place, f"“{value.id}” cannot be written as an id: it holds no “.” and is not “{BOUNDARY}”")
    if isinstance(value, OPEN):
        written.update((key, item) for key, item in value.unknown.items() if key not in known_fields(type(value)))
    return written


def _plain_value(value: Any, place: Place, report: Report) -> Any:
    if value is None or isinstance(value, bool | str | Raw):
        return value
    if isinstance(value, int):
        if not -BOUND <= value < BOUND:
            report(place, "the number is beyond ±2^63")
        return int(value)
    if isinstance(value, float):
        if not math.isfinite(value):
            report(place, f"{value} is not a number that a file can hold")
        return value
    if isinstance(value, tuple | list):
        return [_plain_item(item, Place(place, i), report) for i, item in enumerate(value)]
    report(place, f"a {type(value).__name__} cannot be written")
    return None


def _plain_item(item: Any, place: Place, report: Report) -> Any:
    return plain(item, place, report) if isinstance(item, Struct) else _plain_value(item, place, report)
