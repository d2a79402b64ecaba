"""What elaboration gives: every node of every instance, resolved."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from msgspec import Struct

from app.core.block import Block, Weight
from app.core.document import BOUNDARY, Document, Graph, Node, Value
from app.core.problems import Problem
from app.core.tensor_type import EXAMPLE_LENGTH, WireType

__all__ = [
    "EXAMPLE_LENGTH",
    "KEY_INDEX",
    "NOTHING",
    "Elaboration",
    "GraphResult",
    "NodeResult",
    "Totals",
    "Unit",
    "state_of",
    "together",
    "unit_key",
    "walk",
]

KEY_INDEX = re.compile(r"\{i(?: \+ ([1-9]\d{0,3}))?\}")
"""The index in a key pattern: ``{i}`` counts from 0, ``{i + 4}`` from 4."""


class Totals(NamedTuple):
    """What a node, graph or model holds and costs: learnt parameters, kept buffers (numbers of elements), and for a
    batch of one: multiply-accumulates and bytes of outputs.
    """

    parameters: int = 0
    buffers: int = 0
    macs: int = 0
    activation_bytes: int = 0

    def times(self, steps: int) -> Totals:
        """The same weights, called several times."""
        return Totals(self.parameters, self.buffers, self.macs * steps, self.activation_bytes * steps)

    def without_weights(self) -> Totals:
        return Totals(0, 0, self.macs, self.activation_bytes)


NOTHING = Totals()


def together(parts: list[Totals]) -> Totals:
    """All of them added up."""
    if len(parts) == 1:
        return parts[0]
    return Totals(*map(sum, zip(NOTHING, *parts, strict=True)))


class Unit(Struct, frozen=True, eq=False):
    """One module that a node stands for: a copy of its block or an instance of its graph, and what flows through."""

    arguments: Mapping[str, Any]
    inputs: Mapping[str, Any]
    outputs: Mapping[str, WireType]
    block: Block | None = None
    instance: GraphResult | None = None
    weights: Mapping[str, Weight] = {}
    totals: Totals = NOTHING


@dataclass(slots=True, frozen=True, eq=False)
class NodeResult:
    """One node of one instance of its graph.

    ``inputs`` by port (a tuple of types for a variadic port), ``outputs`` by port; None is an unknown type.
    ``active`` is False for a node that is muted, bypassed or not enabled. ``units`` has one entry for each copy of a
    repeat, else one (none while something is unknown or wrong).
    """

    node: Node
    inputs: Mapping[str, Any]
    outputs: Mapping[str, WireType]
    active: bool = True
    block: Block | None = None
    units: tuple[Unit, ...] = ()
    totals: Totals = NOTHING
    problem: Problem | None = None

    @property
    def copies(self) -> tuple[GraphResult, ...]:
        """The instances of the node's graph, one for each copy; equal copies are one object. Empty for blocks."""
        return tuple(unit.instance for unit in self.units if unit.instance is not None)

    def of(self, units: tuple[Unit, ...]) -> NodeResult:
        """The node with other modules."""
        return replace(self, units=units)


@dataclass(slots=True, frozen=True, eq=False)
class GraphResult:
    """One instance of a graph: for given argument values and input types. ``totals`` counts shared weights once;
    ``problems`` includes those of the instances inside.
    """

    graph: Graph
    arguments: Mapping[str, Value]
    inputs: Mapping[str, WireType]
    outputs: Mapping[str, WireType]
    nodes: Mapping[str, NodeResult]
    totals: Totals
    problems: tuple[Problem, ...]
    instances: tuple[str, ...] = ()
    """Ids of the nodes that stand for graphs or models."""

    def wire(self, node: str, port: str) -> WireType:
        """The type on a wire that leaves this port; None where it is unknown."""
        if node == BOUNDARY:
            return self.inputs.get(port)
        result = self.nodes.get(node)
        return None if result is None else result.outputs.get(port)

    def having(self, node: NodeResult) -> GraphResult:
        """The instance with one of its nodes otherwise."""
        return replace(self, nodes={**self.nodes, node.node.id: node})


class Elaboration:
    """A document resolved under one preset.

    ``models`` by model name, ``steps`` by name of each graph that the recipe runs. ``problems`` holds one entry per
    cause, each once, however many instances show it. ``totals`` is over the models, averages included.
    """

    __slots__ = ("_views", "document", "memory", "models", "preset", "problems", "steps", "totals", "values")

    def __init__(
        self,
        document: Document,
        preset: str,
        values: Mapping[str, Value],
        models: Mapping[str, GraphResult],
        steps: Mapping[str, GraphResult],
        problems: tuple[Problem, ...],
        totals: Totals,
        memory: Any,
    ) -> None:
        self.document = document
        self.preset = preset
        self.values = values
        self.models = models
        self.steps = steps
        self.problems = problems
        self.totals = totals
        self.memory = memory
        self._views: dict[str, GraphResult] | None = None

    @property
    def views(self) -> Mapping[str, GraphResult]:
        """For each graph of the document the instance to show on its canvas (the first found), where there is one."""
        if self._views is None:
            self._views = {}
            for result in (*self.models.values(), *self.steps.values()):
                for inner in walk(result):
                    self._views.setdefault(inner.graph.name, inner)
        return self._views

    @property
    def is_sound(self) -> bool:
        """Whether nothing stands in the way of building it."""
        return not any(problem.severity == "error" for problem in self.problems)


def walk(result: GraphResult) -> Iterator[GraphResult]:
    """An instance and every distinct instance inside it, parents first."""
    seen: set[int] = set()
    waiting = [result]
    for current in waiting:  # grows while it is walked
        if id(current) in seen:
            continue
        seen.add(id(current))
        yield current
        for identity in current.instances:
            found = current.nodes.get(identity)
            if found is not None:
                waiting.extend(found.copies)


def state_of(result: GraphResult, prefix: str = "") -> dict[str, Weight]:
    """Every tensor of the instance's ``state_dict`` by key, in order; tied ones stand under each of their keys."""
    state: dict[str, Weight] = {}
    for identity in result.graph.nodes:
        found = result.nodes.get(identity)
        if found is None or not found.active or found.node.shares:
            continue
        for index, unit in enumerate(found.units):
            key = prefix + unit_key(found.node, index)
            if unit.instance is not None:
                state.update(state_of(unit.instance, f"{key}."))
            for name, weight in unit.weights.items():
                state[f"{key}.{name}" if name else key] = weight
    return state


def unit_key(node: Node, index: int) -> str:
    """Where copy ``index`` of a node lives in its class: ``layer1.0``, ``conv1`` or, by its key pattern, ``block3``."""
    if node.repeat is None:
        return node.name
    return KEY_INDEX.sub(lambda found: str(index + int(found[1] or 0)), node.repeat.keys.replace("{name}", node.name))
