"""What one elaboration leaves to the next: results by what they depend on, and where to start from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.core.block import Library
from app.core.document import Graph, Kind, Node
from app.core.plan import Plan
from app.core.problems import Problem
from app.core.resolve import INDEX, formula_names
from app.core.results import GraphResult, NodeResult
from app.core.symbolic import Traced
from app.core.tensor_type import TracedType, WireType


class NodeState:
    """What is remembered about one node object: the names that its formulas use, and results by what they depend on."""

    __slots__ = ("has_instance", "is_plain", "memo", "names", "node", "ports", "settled", "uses_index")

    def __init__(self, node: Node) -> None:
        names = formula_names(node)
        self.node = node  # keeps the id from being taken by another
        self.uses_index = INDEX in names and node.repeat is not None
        self.names = tuple(sorted(names - {INDEX})) if node.repeat is not None else tuple(sorted(names))
        self.has_instance = node.use.kind is not Kind.BLOCK or any(c.use.kind is not Kind.BLOCK for c in node.cases)
        self.settled: dict[Any, dict[Any, NodeResult]] = {}
        self.is_plain = not self.names and not self.has_instance and not self.uses_index
        self.ports: tuple[str, ...] = ()
        self.memo: dict[tuple[WireType, ...], NodeResult] = {}
        """For a plain node (no formulas, no graph) that is fed at ``ports``: results by the types that come."""

    def seen(self, ports: tuple[str, ...], types: tuple[WireType, ...]) -> NodeResult | None:
        """What a plain node gave for these types, where it is remembered."""
        if (ports is not self.ports and ports != self.ports) or len(self.memo) > 1000:
            self.memo = {}
        self.ports = ports
        return self.memo.get(types)


class Kept:
    """The last result of a graph, from which the next one starts."""

    __slots__ = ("graph", "names", "plan", "result", "stamp", "static", "types")

    def __init__(
        self,
        graph: Graph,
        plan: Plan,
        names: Mapping[str, Any],
        types: tuple[Any, ...],
        stamp: tuple[int, ...],
        static: tuple[Problem, ...],
        result: GraphResult,
    ) -> None:
        self.graph = graph
        self.plan = plan
        self.names = names
        self.types = types
        self.stamp = stamp
        self.static = static
        self.result = result


class Memory:
    """What one elaboration leaves to the next."""

    def __init__(self) -> None:
        self.nodes: dict[str, dict[int, NodeState]] = {}
        self.results: dict[Any, GraphResult] = {}
        self.kept: dict[str, Kept] = {}
        self.serials: dict[int, tuple[object, int]] = {}
        self.references: dict[int, tuple[Graph, tuple[tuple[Kind, str], ...]]] = {}
        self.numbers: dict[object, int] = {}
        self.plans: dict[int, tuple[Graph, Plan]] = {}
        self.library: Library | None = None
        self.recipe: Any = None
        """The last recipe under its preset, with what they were."""
        self.traced: Memory | None = None
        """What code generation remembers from one text to the next."""
        self.count = 0
        self.first = 0
        """Results that one elaboration of this document from nothing takes."""

    def serial(self, value: object) -> int:
        """A number for this very object, never given twice."""
        found = self.serials.get(id(value))
        if found is not None and found[0] is value:
            return found[1]
        self.count += 1
        self.serials[id(value)] = (value, self.count)
        return self.count

    def number(self, value: object) -> int:
        """A number for a value, the same for equal ones."""
        return self.numbers.setdefault(value, len(self.numbers))

    def plan(self, graph: Graph) -> Plan:
        """The topology of this very graph."""
        found = self.plans.get(id(graph))
        if found is None or found[0] is not graph:
            found = self.plans[id(graph)] = (graph, Plan(graph))
        return found[1]

    def prune(self) -> None:
        """Forget everything before the past grows without bound (28 MB for 1000 edits of 500 nodes were measured)."""
        if not self.first:
            self.first = len(self.results)
        if len(self.results) > 2_000 + 4 * self.first or self.count > 5_000 + 4 * self.first:
            self.__init__()  # type: ignore[misc]


def exact(value: Any) -> Any:
    """A key for a value that tells 1, 1.0 and True apart."""
    kind = value.__class__
    if kind is float or kind is bool:
        return (kind, value)
    if kind is tuple or kind is list:
        return tuple([exact(item) for item in value])
    return value


def trace_key(value: Any) -> Any:
    """What a value with provenance is remembered under: its number and where it came from."""
    kind = value.__class__
    if kind is Traced:
        return (int(value), value.poly, value.written)
    if kind is TracedType:
        return (*[trace_key(dim) for dim in value.shape], value.dtype)
    if kind is tuple:
        return tuple([trace_key(item) for item in value])
    return value
