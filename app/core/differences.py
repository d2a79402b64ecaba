"""What somebody changed in a document, in words: arguments, graphs, nodes, wires, models, training."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct
from msgspec.structs import fields

from app.core.block import Library
from app.core.document import BOUNDARY, Argument, Document, Edge, Graph, Kind, Node, Preset
from app.core.problems import Path


class Difference(Struct, frozen=True):
    """One change, and where in the newer document it is."""

    text: str
    path: Path = Path()


def differences(before: Document, after: Document, library: Library) -> list[Difference]:
    """What has to be done to the one document to get the other; prose and places of nodes do not count."""
    return list(_Comparison(before, after, library).all())


class _Comparison:
    def __init__(self, before: Document, after: Document, library: Library) -> None:
        self.before, self.after, self.library = before, after, library

    def all(self) -> Iterator[Difference]:
        for text in _of_arguments(self.before.arguments, self.after.arguments):
            yield Difference(text)
        yield from self._presets()
        yield from self._graphs()
        for text in _of_structs("", self.before.models, self.after.models, "model"):
            yield Difference(text)
        if (self.before.recipe is None) != (self.after.recipe is None):
            yield Difference("Training was taken away." if self.after.recipe is None else "Training was added.")
        elif self.before.recipe != self.after.recipe:
            for text in _of_values("training", self.before.recipe, self.after.recipe):
                yield Difference(text)

    def _presets(self) -> Iterator[Difference]:
        """Their values; the goal and what is said of it are the template's own."""
        before, after = self.before.presets, self.after.presets
        for name in [*before, *(name for name in after if name not in before)]:
            old, new = before.get(name), after.get(name)
            if old is None or new is None:
                yield Difference(f"Preset {name} was {'added' if old is None else 'taken away'}.")
                continue
            for text in _of_mappings(f"{name}:", _values(old), _values(new), {}):
                yield Difference(text)

    # -- graphs ----------------------------------------------------------------------------------------------------

    def _graphs(self) -> Iterator[Difference]:
        before, after = self.before.graphs, self.after.graphs
        for name in [*before, *(name for name in after if name not in before)]:
            old, new = before.get(name), after.get(name)
            if new is None:
                yield Difference(f"Graph {name} was taken away.")
            elif old is None:
                yield Difference(f"Graph {name} was added.", Path(name))
            elif old != new:
                yield from self._graph(old, new)

    def _graph(self, old: Graph, new: Graph) -> Iterator[Difference]:
        place = Path(new.name)
        for text in _of_arguments(old.arguments, new.arguments):
            yield Difference(f"{new.name}: {text}", place)
        for side in ("input", "output"):
            was, now = ({port.name for port in getattr(graph, f"{side}s")} for graph in (old, new))
            for text in _of_sets(was, now, side):
                yield Difference(f"{new.name}: {text}", place)
        if old.initial != new.initial:
            yield Difference(f"{new.name}: starting values were changed.", place)
        if old.sequential != new.sequential:
            yield Difference(f"{new.name}: is {'now' if new.sequential else 'no longer'} a plain chain.", place)
        yield from self._nodes(old, new)
        for text in _of_wires(old, new):
            yield Difference(f"{new.name}: {text}", place)

    def _nodes(self, old: Graph, new: Graph) -> Iterator[Difference]:
        for identity, node in old.nodes.items():
            if identity not in new.nodes:
                yield Difference(f"{new.name}: {node.name} ({node.use.name}) was taken away.", Path(new.name))
        for identity, node in new.nodes.items():
            place, other = Path(new.name, identity), old.nodes.get(identity)
            if other is None:
                yield Difference(f"{new.name}: {node.name} ({node.use.name}) was added.", place)
            elif other != node:
                for text in self._node(other, node):
                    yield Difference(f"{new.name}.{node.name}: {text}", place)

    def _node(self, old: Node, new: Node) -> Iterator[str]:
        if old.name != new.name:
            yield f"was {old.name}."
        if old.use != new.use:
            yield f"{old.use.name} → {new.use.name}."
        defaults = self._defaults(new) if old.use == new.use else {}
        yield from _of_mappings("", old.arguments, new.arguments, defaults)
        for name, words in _SETTINGS.items():
            was, now = getattr(old, name), getattr(new, name)
            if was != now:
                yield f"{words} {_said(was)} → {_said(now)}."
        for name, (on, off) in _STATES.items():
            if getattr(old, name) != getattr(new, name):
                yield f"{on if getattr(new, name) else off}."
        if old.cases != new.cases:
            yield "its alternatives were changed."

    def _defaults(self, node: Node) -> Mapping[str, Any]:
        if node.use.kind is Kind.BLOCK:
            block = self.library.find(node.use.name)
            return block.defaults() if block is not None else {}
        graph = self.after.graphs.get(node.use.name) if node.use.kind is Kind.GRAPH else None
        return {argument.name: argument.default for argument in graph.arguments} if graph is not None else {}


_SETTINGS = {"repeat": "copies", "scan": "steps", "enabled": "there if", "shares": "weights of", "ties": "tied to"}
_STATES = {"bypass": ("bypassed", "no longer bypassed"), "mute": ("muted", "no longer muted")}


def _of_arguments(old: tuple[Argument, ...], new: tuple[Argument, ...]) -> Iterator[str]:
    before, after = {a.name: a for a in old}, {a.name: a for a in new}
    yield from _of_sets(set(before), set(after), "argument")
    for name, argument in after.items():
        other = before.get(name)
        if other is not None and other.default != argument.default:
            yield f"{name} {_said(other.default)} → {_said(argument.default)}."
        elif other is not None and other.kind != argument.kind:
            yield f"{name} takes {argument.kind} instead of {other.kind}."


def _of_sets(old: set[str], new: set[str], what: str) -> Iterator[str]:
    for name in sorted(old - new):
        yield f"{what} {name} was taken away."
    for name in sorted(new - old):
        yield f"{what} {name} was added."


def _of_mappings(
    lead: str, old: Mapping[str, Any], new: Mapping[str, Any], defaults: Mapping[str, Any]
) -> Iterator[str]:
    """Values that differ; what is not there is its default."""
    for name in [*old, *(name for name in new if name not in old)]:
        was, now = old.get(name, defaults.get(name)), new.get(name, defaults.get(name))
        if was != now or type(was) is not type(now):
            yield f"{lead} {name} {_said(was)} → {_said(now)}.".strip()


def _of_wires(old: Graph, new: Graph) -> Iterator[str]:
    """Wires between nodes that both graphs have; those of a node that came or went say nothing more."""
    kept = {BOUNDARY, *(identity for identity in new.nodes if identity in old.nodes)}
    for graph, other, word in ((old, new, "taken away"), (new, old, "added")):
        for edge in graph.edges:
            if edge not in other.edges and {edge.source.node, edge.target.node} <= kept:
                yield f"the wire {_wire(graph, edge)} was {word}."


def _wire(graph: Graph, edge: Edge) -> str:
    ends = []
    for end in (edge.source, edge.target):
        ends.append(end.port if end.node == BOUNDARY else f"{graph.nodes[end.node].name}.{end.port}")
    return " → ".join(ends)


def _of_structs(lead: str, old: Mapping[str, Any], new: Mapping[str, Any], what: str) -> Iterator[str]:
    yield from (f"{lead} {text}".strip() for text in _of_sets(set(old), set(new), what))
    for name in new:
        if name in old and old[name] != new[name]:
            yield from _of_values(f"{lead}.{name}".removeprefix("."), old[name], new[name])


def _of_values(lead: str, old: Any, new: Any) -> Iterator[str]:
    """Two structs, or two lists of them, field by field."""
    if old == new:
        return
    if isinstance(old, Struct) and type(old) is type(new):
        for found in fields(old):
            yield from _of_values(f"{lead}.{found.name}", getattr(old, found.name), getattr(new, found.name))
    elif isinstance(old, Mapping) and isinstance(new, Mapping):
        inside = lead.removesuffix(".arguments")
        yield from (f"{inside}.{text}" for text in _of_mappings("", old, new, {}))
    elif _are_named(old) and _are_named(new):
        owner, _, what = lead.rpartition(".")
        yield from _of_structs(owner, _by_name(old), _by_name(new), what.removesuffix("s"))
    else:
        yield f"{lead} {_said(old)} → {_said(new)}."


def _are_named(value: Any) -> bool:
    return isinstance(value, tuple) and all(isinstance(item, Struct) and hasattr(item, "name") for item in value)


def _by_name(items: tuple[Any, ...]) -> dict[str, Any]:
    return {item.name: item for item in items}


def _values(preset: Preset) -> dict[str, Any]:
    data = {f"data.{name}": value for name, value in preset.data.arguments.items()} if preset.data is not None else {}
    return {**preset.arguments, **data, **preset.recipe}


def _said(value: Any) -> str:
    """A value as a person writes it."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, float):
        return f"{value:.10g}"
    if isinstance(value, tuple | list):
        return f"[{', '.join(_said(item) for item in value)}]"
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {_said(item)}" for key, item in value.items()) or "nothing"
    if isinstance(value, Struct):
        return " ".join(_said(getattr(value, found.name)) for found in fields(value) if getattr(value, found.name))
    return str(value)
