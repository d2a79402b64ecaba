"""From a document to every instance resolved: types, weights, costs, problems.

``elaborate(document, library)`` is pure; given the elaboration before the edit, it does only what the edit made
needful. Results are shared by identity wherever nothing changed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.core.block import Block, Library
from app.core.document import Document, Graph, Node, Value
from app.core.problems import Problem
from app.core.tensor_type import WireType

EXAMPLE_LENGTH = 16
"""What an unknown length counts as in totals of work and memory; the batch counts as one."""


@dataclass(slots=True, frozen=True)
class Totals:
    """What a node, graph or model holds and costs: learnt parameters, kept buffers (numbers of elements), and for a
    batch of one: multiply-accumulates and bytes of outputs.
    """

    parameters: int = 0
    buffers: int = 0
    macs: int = 0
    activation_bytes: int = 0


@dataclass(slots=True, frozen=True)
class NodeResult:
    """One node of one instance of its graph.

    ``inputs`` by port (a tuple of types for a variadic port), ``outputs`` by port; None is an unknown type.
    ``active`` is False for a node that is muted, bypassed or not enabled. ``copies`` holds the instance of the node's
    graph, one for each copy of a repeat (equal copies are the same object); empty for blocks.
    """

    node: Node
    inputs: Mapping[str, WireType | tuple[WireType, ...]]
    outputs: Mapping[str, WireType]
    active: bool = True
    block: Block | None = None
    copies: tuple[GraphResult, ...] = ()
    totals: Totals = Totals()
    problem: Problem | None = None


@dataclass(slots=True, frozen=True)
class GraphResult:
    """One instance of a graph: for given argument values and input types. ``totals`` counts shared weights once."""

    graph: Graph
    arguments: Mapping[str, Value]
    inputs: Mapping[str, WireType]
    outputs: Mapping[str, WireType]
    nodes: Mapping[str, NodeResult]
    totals: Totals
    problems: tuple[Problem, ...]


@dataclass(slots=True, frozen=True)
class Elaboration:
    """A document resolved under one preset.

    ``models`` by model name, ``steps`` by name of each graph that the recipe runs. ``problems`` holds one entry per
    cause, each once, however many instances show it.
    """

    document: Document
    preset: str
    values: Mapping[str, Value]
    models: Mapping[str, GraphResult]
    steps: Mapping[str, GraphResult]
    problems: tuple[Problem, ...]
    totals: Totals
    views: Mapping[str, GraphResult] = field(default_factory=dict)
    """For each graph of the document the instance to show on its canvas (the first found), where there is one."""

    @property
    def is_sound(self) -> bool:
        """Whether nothing stands in the way of building it."""
        return not any(problem.severity == "error" for problem in self.problems)


def elaborate(
    document: Document, library: Library, preset: str | None = None, before: Elaboration | None = None
) -> Elaboration:
    """Resolve every model and step graph of the document.

    ``preset``: its values for the document's arguments (None: the document's own choice). ``before``: an earlier
    elaboration to take over what has not changed from. Never raises for what a user can draw: whatever is wrong is a
    problem, and what depends on it is unknown.
    """
    raise NotImplementedError


_unused: Any = None
