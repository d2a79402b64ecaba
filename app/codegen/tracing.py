"""Elaboration with provenance: every distinct instance over its own names, once.

An instance inside another is not elaborated again for it. What comes out of it is said over the outer names, by putting
them in the place of its own; its inside is worked out over the outer names only where somebody asks for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from app.codegen.instance import Instance, plain, traced_type, traced_value
from app.codegen.outside import said_outside
from app.core.block import Library
from app.core.document import Document, Graph, Kind
from app.core.instances import Evaluator
from app.core.memory import Memory, exact
from app.core.results import NOTHING, GraphResult, NodeResult
from app.core.symbolic import Poly, Traced
from app.core.tensor_type import ModuleType, TracedType, WireType

MOST_INSTANCES = 4_000


class Traces(Memory):
    """What one text leaves to the next; an edit leaves instances as they were where it did not reach their graphs."""

    def __init__(self) -> None:
        super().__init__()
        self.instances: dict[Any, Instance] = {}

    def prune(self) -> None:
        if len(self.instances) > MOST_INSTANCES:
            self.__init__()  # type: ignore[misc]
        super().prune()


class Tracer(Evaluator):
    """Elaborates instances with provenance. ``models`` gives the argument values of each model."""

    def __init__(
        self, document: Document, library: Library, traces: Traces, models: Mapping[str, Mapping[str, Any]]
    ) -> None:
        super().__init__(document, library, traces, models, tracing=True)
        self._instances = traces.instances
        self._insides: dict[Any, GraphResult] = {}
        self._polys: dict[Poly, Poly] = {}

    def own(self, graph: Graph, arguments: Mapping[str, Any], types: tuple[WireType, ...]) -> Instance:
        """The graph over its own names, for plain values of its arguments and plain types of its inputs."""
        key = (self.stamp(Kind.GRAPH, graph.name), exact(tuple(arguments.items())), types)
        found = self._instances.get(key)
        if found is None:
            names = {name: traced_value(name, value) for name, value in arguments.items()}
            inputs = {port.name: type_ for port, type_ in zip(graph.inputs, types, strict=True)}
            traced = tuple([traced_type(name, type_) for name, type_ in inputs.items()])
            result = super().instance(graph, names, traced)
            found = self._instances[key] = Instance({**inputs, **arguments}, result)
        return found

    def instance(self, graph: Graph, arguments: Mapping[str, Any], types: tuple[WireType, ...]) -> GraphResult:
        """The graph over the names of whoever asks, which its arguments and types carry."""
        if any(isinstance(type_, ModuleType) for type_ in types):
            return super().instance(graph, arguments, types)
        key = (graph.name, *map(_key, arguments.values()), *map(_key, types))
        found = self._insides.get(key)
        if found is None:
            found = self._insides[key] = self._inside(graph, arguments, types)
        return found

    def _inside(self, graph: Graph, arguments: Mapping[str, Any], types: tuple[WireType, ...]) -> GraphResult:
        values = {name: plain(value) for name, value in arguments.items()}
        own = self.own(graph, values, tuple([plain(type_) for type_ in types])).result
        if any(isinstance(type_, ModuleType) for type_ in own.outputs.values()):
            return super().instance(graph, arguments, types)
        inputs: dict[str, WireType] = {port.name: type_ for port, type_ in zip(graph.inputs, types, strict=True)}
        outputs = said_outside(own.outputs, {**inputs, **arguments}, self._polys)

        def over_outer_names() -> Mapping[str, NodeResult]:
            return super(Tracer, self).instance(graph, arguments, types).nodes

        nodes = Inside(own, over_outer_names)
        return GraphResult(graph, arguments, inputs, outputs, nodes, NOTHING, own.problems, own.instances)


def _key(value: Any) -> Any:
    """What an argument or a type is told apart by: its numbers, and where they came from."""
    kind = value.__class__
    if kind is Traced:
        return (int(value), value.poly)
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


def walk(result: GraphResult) -> Iterator[GraphResult]:
    """An instance and every distinct one inside it, each over its own names where it has them."""
    seen: set[int] = set()
    waiting = [result]
    for current in waiting:  # grows while it is walked
        found = current.nodes.own if isinstance(current.nodes, Inside) else current
        if id(found) in seen:
            continue
        seen.add(id(found))
        yield found
        for identity in found.instances:
            node = found.nodes.get(identity)
            if node is not None:
                waiting.extend(node.copies)
