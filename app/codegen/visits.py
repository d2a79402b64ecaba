"""Which instances of graphs there are: those of the presets, and what shows that their code is right beyond these.

Whoever takes the code may choose an alternative that no preset chooses, or more copies of a repeat: for each there is
an instance of its graph with one argument otherwise, so that what is written holds for it, too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec.structs import replace

from app.codegen.alternatives import (
    alternatives,
    arguments_that_pick,
    arguments_that_repeat,
    copies_in,
    may_vary,
    names_in,
    picked,
)
from app.codegen.instance import Instance, plain
from app.codegen.tracing import Tracer, walk
from app.core.document import Kind, Node
from app.core.results import GraphResult
from app.core.tensor_type import ABSENT, TensorType

ENOUGH = 3
"""Copies of a repeat that show what holds for any number of them: the first, and two that follow another."""


COPIES = "copies"


class Visits:
    """Distinct instances by graph, in the order in which they are come upon."""

    def __init__(self, tracer: Tracer, through_models: bool) -> None:
        self.found: dict[str, list[Instance]] = {}
        self._tracer = tracer
        self._through_models = through_models
        self._seen: set[Any] = set()
        self._met: list[GraphResult] = []
        self._shown: set[tuple[Any, ...]] = set()
        """Alternatives that are chosen somewhere, and repeats that have copies enough, by graph and ranks of inputs."""

    def visit(self, result: GraphResult) -> None:
        """Note an instance and all inside it, these first."""
        key = (result.graph.name, tuple(result.arguments.items()), tuple(result.inputs.values()))
        if key in self._seen:
            return
        self._seen.add(key)
        self._met.append(result)
        self._shown.update(_shown_in(result))
        for identity in result.graph.nodes:
            node = result.nodes.get(identity)
            if node is None or (node.node.use.kind is Kind.MODEL and not self._through_models):
                continue
            for copy in {id(copy): copy for copy in node.copies}.values():
                self.visit(copy)
        own = self._own(result, result.arguments)
        self.found.setdefault(result.graph.name, []).append(own)

    def go_beyond(self) -> None:
        """Visit what shows how a graph is with alternatives and copies that no preset has."""
        for result in self._met:  # grows while it is walked
            place = result.graph.name, ranks(result)
            names = names_in(result)
            for node in result.graph.nodes.values():
                at = picked(node, names) if node.repeat is not None else None
                if at is not None and (*place, node.id, COPIES, at) not in self._shown:
                    self._visit_all(self._with_copies(result, node))
            for node in filter(may_vary, result.graph.nodes.values()):
                for at in range(len(node.cases) + 1):
                    if (*place, node.id, at) not in self._shown:
                        self._visit_all(self._with(result, node, at))

    def _visit_all(self, results: Iterator[GraphResult]) -> None:
        for result in results:
            self.visit(result)

    def _with(self, result: GraphResult, node: Node, at: int) -> Iterator[GraphResult]:
        """The graph with one argument otherwise, so that the alternative is chosen; where that cannot be built, what
        the node alone would hold.
        """
        for arguments in arguments_that_pick(node, at, result):
            other = self._own(result, arguments).result
            if not is_broken(other):
                yield other
                return
        forced = with_node(self._tracer, result, replace(alternatives(node)[at], enabled=None))
        yield from (forced or result).nodes[node.id].copies

    def _with_copies(self, result: GraphResult, node: Node) -> Iterator[GraphResult]:
        """The graph with more copies of a repeat than any preset has."""
        for arguments in arguments_that_repeat(node, ENOUGH, result):
            other = self._own(result, arguments).result
            if not is_broken(other):
                yield other
                return

    def _own(self, result: GraphResult, arguments: Mapping[str, Any]) -> Instance:
        """The graph over its own names, for these arguments and the instance's types."""
        values = {name: plain(value) for name, value in arguments.items()}
        return self._tracer.own(result.graph, values, tuple([plain(type_) for type_ in result.inputs.values()]))


def _shown_in(result: GraphResult) -> Iterator[tuple[Any, ...]]:
    names, place = names_in(result), (result.graph.name, ranks(result))
    for identity, node in result.graph.nodes.items():
        if node.repeat is not None and copies_in(node, names) >= ENOUGH:
            yield (*place, identity, COPIES, picked(node, names))
        if may_vary(node):
            yield (*place, identity, picked(node, names))


def ranks(result: GraphResult) -> tuple[int, ...]:
    """How many dimensions the inputs of an instance have."""
    return tuple([type_.rank if isinstance(type_, TensorType) else -1 for type_ in result.inputs.values()])


def with_node(tracer: Tracer, result: GraphResult, node: Node) -> GraphResult | None:
    """The result with one node as it would be if it were chosen here; None where that could not be built."""
    found = tracer.once_more(result, node)
    if found.problem is not None or any(map(is_broken, found.copies)):
        return None
    return result.having(found)


def is_broken(result: GraphResult) -> bool:
    """Whether it has problems, or something muted leaves one of its outputs without a value."""
    return bool(result.problems) or any(type_ is ABSENT for inner in walk(result) for type_ in inner.outputs.values())
