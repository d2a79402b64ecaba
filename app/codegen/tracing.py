"""Elaboration with provenance: every distinct instance over its own names, once.

An instance inside another is not elaborated again for it. What comes out of it is said over the outer names, by putting
them in the place of its own; its inside is worked out over the outer names only where somebody asks for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from app.codegen.instance import Instance, plain, traced_type, traced_values
from app.codegen.origins import Traceable, own_texts
from app.codegen.outside import said_outside
from app.core.block import Library
from app.core.document import SELF, Document, Graph, Kind
from app.core.instances import Evaluator
from app.core.memory import Memory, exact
from app.core.resolve import Origins
from app.core.results import NOTHING, GraphResult, NodeResult, Unit
from app.core.symbolic import Arguments, Poly, Traced
from app.core.tensor_type import ModuleType, TracedType, WireType

KEPT = 4
"""Texts for which an instance is kept that none of them needed."""
MOST_TEXTS = 500


class Traces(Memory):
    """What one text leaves to the next; an edit leaves instances as they were where it did not reach their graphs."""

    def __init__(self) -> None:
        super().__init__()
        self.instances: dict[Any, Instance] = {}
        self.latest: dict[Any, tuple[Document, Instance]] = {}
        """Instances by graph, arguments and types, whatever was in the graphs inside; with the document of then."""
        self.texts: dict[str, Any] = {}
        """Classes by graph: what each was made from, and its text."""
        self.number_of_texts = 0

    def begin(self) -> None:
        """Before each text: forget what the last few did without."""
        self.prune()
        self.results.clear()
        self.number_of_texts += 1
        oldest = self.number_of_texts - KEPT
        self.instances = {key: found for key, found in self.instances.items() if found.used >= oldest}
        self.latest = {key: found for key, found in self.latest.items() if found[1].used >= oldest}
        if len(self.texts) > MOST_TEXTS:
            self.texts.clear()


class Tracer(Evaluator):
    """Elaborates instances with provenance. ``models`` gives the argument values of each model."""

    def __init__(
        self, document: Document, library: Library, traces: Traces, models: Mapping[str, Mapping[str, Any]]
    ) -> None:
        super().__init__(document, library, traces, models, tracing=True)
        self.traces = traces
        self._insides: dict[Any, GraphResult] = {}
        self._polys: dict[Any, Poly] = {}

    def own(self, graph: Graph, arguments: Mapping[str, Any], types: tuple[WireType, ...]) -> Instance:
        """The graph over its own names, for plain values of its arguments and plain types of its inputs."""
        here = (graph.name, exact(tuple(arguments.items())), types)
        key = (self.stamp(Kind.GRAPH, graph.name), here)
        found = self.traces.instances.get(key)
        if found is None:
            found = self._with_new_insides(graph, here) or self._own(graph, arguments, types)
            self.traces.instances[key] = found
            self.traces.latest[here] = (self.document, found)
        found.used = self.traces.number_of_texts
        return found

    def _own(self, graph: Graph, arguments: Mapping[str, Any], types: tuple[WireType, ...]) -> Instance:
        names = Arguments(traced_values(graph.arguments, arguments), own_texts(arguments))
        inputs = {port.name: type_ for port, type_ in zip(graph.inputs, types, strict=True)}
        traced = tuple([traced_type(name, type_) for name, type_ in inputs.items()])
        return Instance({**inputs, **arguments}, super().instance(graph, names, traced))

    def instance(self, graph: Graph, arguments: Mapping[str, Any], types: tuple[WireType, ...]) -> GraphResult:
        """The graph over the names of whoever asks, which its arguments and types carry."""
        if any(isinstance(type_, ModuleType) for type_ in types):
            return super().instance(graph, arguments, types)
        key = (graph.name, *map(_key, arguments.values()), *texts_of(arguments).items(), *map(_key, types))
        found = self._insides.get(key)
        if found is None:
            found = self._insides[key] = self._inside(graph, arguments, types)
        return found

    def origins(self, arguments: Mapping[str, Any]) -> Origins:
        return Traceable(texts_of(arguments))

    def _inside(self, graph: Graph, arguments: Mapping[str, Any], types: tuple[WireType, ...]) -> GraphResult:
        own = self._own_of(graph, arguments, types).result
        if any(isinstance(type_, ModuleType) for type_ in own.outputs.values()):
            return super().instance(graph, arguments, types)
        inputs: dict[str, WireType] = {port.name: type_ for port, type_ in zip(graph.inputs, types, strict=True)}
        outputs = said_outside(own.outputs, {**inputs, **arguments}, texts_of(arguments), self._polys)
        return self._made(graph, arguments, inputs, outputs, own)

    def _own_of(self, graph: Graph, arguments: Mapping[str, Any], types: Iterable[WireType]) -> Instance:
        values = {name: plain(value) for name, value in arguments.items()}
        return self.own(graph, values, tuple([plain(type_) for type_ in types]))

    def _made(
        self,
        graph: Graph,
        arguments: Mapping[str, Any],
        inputs: Mapping[str, WireType],
        outputs: Mapping[str, WireType],
        own: GraphResult,
    ) -> GraphResult:
        def over_outer_names() -> Mapping[str, NodeResult]:
            return super(Tracer, self).instance(graph, arguments, tuple(inputs.values())).nodes

        nodes = Inside(own, over_outer_names)
        return GraphResult(graph, arguments, inputs, outputs, nodes, NOTHING, own.problems, own.instances)

    # -- after an edit inside ------------------------------------------------------------------------------------------

    def _with_new_insides(self, graph: Graph, here: Any) -> Instance | None:
        """The instance as it was before an edit of graphs inside it, with these as they are now; None where the edit
        shows from outside, or where more than what comes out of them counts.
        """
        document, before = self.traces.latest.get(here, (None, None))
        if document is None or before is None or before.result.graph is not graph or not is_closed(graph):
            return None
        if not all(_looks_alike(document, self.document, name) for name in graphs_in(graph)):
            return None
        nodes = dict(before.result.nodes)
        again: dict[int, GraphResult] = {}
        for identity in before.result.instances:
            found = nodes[identity]
            units: list[Unit] = []
            for unit in found.units:
                new = again.get(id(unit.instance)) or self._now(unit.instance)
                if new is None:
                    return None
                again[id(unit.instance)] = new
                units.append(Unit(unit.arguments, unit.inputs, unit.outputs, None, new, {}, NOTHING))
            nodes[identity] = NodeResult(
                found.node, found.inputs, found.outputs, found.active, found.block, tuple(units), NOTHING, None
            )
        was = before.result
        result = GraphResult(graph, was.arguments, was.inputs, was.outputs, nodes, NOTHING, (), was.instances)
        return Instance(before.names, result, before.skin)

    def _now(self, inside: GraphResult | None) -> GraphResult | None:
        """An instance inside another as it is now, where the same comes out of it."""
        if inside is None or not isinstance(inside.nodes, Inside) or inside.problems:
            return None
        graph, old = self.document.graphs[inside.graph.name], inside.nodes.own
        own = self._own_of(graph, inside.arguments, inside.inputs.values()).result
        if own is old:
            return inside
        if own.problems or own.outputs.keys() != old.outputs.keys():
            return None
        if not all(_key(type_) == _key(old.outputs[port]) for port, type_ in own.outputs.items()):
            return None
        return self._made(graph, inside.arguments, inside.inputs, inside.outputs, own)


def texts_of(arguments: Mapping[str, Any]) -> Mapping[str, str]:
    """What those of a graph's arguments were given by that are no whole numbers."""
    return arguments.texts if isinstance(arguments, Arguments) else {}


def is_closed(graph: Graph) -> bool:
    """Whether nothing but the types that come out of the instances inside counts for the graph around them."""
    for node in graph.nodes.values():
        if node.use.kind is Kind.MODEL or node.cases or node.ties or node.shares:
            return False
        if node.use.kind is Kind.GRAPH and (node.enabled or node.mute or node.bypass or node.scan):
            return False
    return not any(edge.source.port == SELF for edge in graph.edges)


def graphs_in(graph: Graph) -> list[str]:
    """The graphs that nodes of a closed graph are instances of."""
    return list(dict.fromkeys(node.use.name for node in graph.nodes.values() if node.use.kind is Kind.GRAPH))


def _looks_alike(old: Document, new: Document, name: str) -> bool:
    """Whether an edit left what a graph shows to those that hold it."""
    a, b = old.graphs.get(name), new.graphs.get(name)
    if a is b:
        return True
    return a is not None and b is not None and (a.inputs, a.outputs, a.arguments) == (b.inputs, b.outputs, b.arguments)


def _key(value: Any) -> Any:
    """What an argument or a type is told apart by: its numbers, and where they came from."""
    kind = value.__class__
    if kind is Traced:
        return (int(value), value.poly.exactly)
    if kind is TracedType:
        return (*map(_key, value.shape), value.dtype)
    return tuple(map(_key, value)) if kind is tuple else exact(value)


class Inside(Mapping[str, NodeResult]):
    """Nodes of an instance over the names of the one that it is in, worked out when first looked at."""

    __slots__ = ("_made", "_make", "own")

    def __init__(self, own: GraphResult, make: Callable[[], Mapping[str, NodeResult]]) -> None:
        self.own = own
        self._make = make
        self._made: Mapping[str, NodeResult] | None = None

    @property
    def _nodes(self) -> Mapping[str, NodeResult]:
        if self._made is None:
            self._made = self._make()
        return self._made

    def __getitem__(self, identity: str) -> NodeResult:
        return self._nodes[identity]

    def __iter__(self) -> Iterator[str]:
        return iter(self._nodes)

    def __len__(self) -> int:
        return len(self._nodes)


def own_of(result: GraphResult) -> GraphResult:
    """The instance over its own names, where it has them."""
    return result.nodes.own if isinstance(result.nodes, Inside) else result


def walk(result: GraphResult) -> Iterator[GraphResult]:
    """An instance and every distinct one inside it, each over its own names where it has them."""
    seen: set[int] = set()
    waiting = [result]
    for current in waiting:  # grows while it is walked
        found = own_of(current)
        if id(found) in seen:
            continue
        seen.add(id(found))
        yield found
        for identity in found.instances:
            node = found.nodes.get(identity)
            if node is not None:
                waiting.extend(node.copies)
