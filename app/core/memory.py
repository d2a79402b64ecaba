"""What one elaboration leaves to the next: results by what they depend on, and where to start from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.core.block import Block, Library, Weight
from app.core.document import Document, Graph, Kind, Node
from app.core.frame import Frame
from app.core.plan import Plan
from app.core.problems import Problem
from app.core.reach import Reach, Reference
from app.core.resolve import INDEX, formula_names
from app.core.results import GraphResult, NodeResult, Unit
from app.core.symbolic import Arguments, Traced
from app.core.tensor_type import TracedType, WireType

MOST_RESULTS = 256
"""Of one node or block, for what comes in: as many as the copies of a repeat may need, and a few sizes more."""

MOST_SETTLED = 1000
"""Values that one node's formulas' names had."""

MOST_EDITS = 256
"""Versions of a document: instances of its graphs, and what is worked out once for a graph."""

MOST_SPENT = 50_000
"""Evaluations after which everything is forgotten; each leaves about a kilobyte behind."""


def keep_newest(known: dict[Any, Any], most: int) -> None:
    """Forget the oldest entries once there are twice as many as may be."""
    if len(known) > 2 * most:
        for key in list(known)[:-most]:
            del known[key]


class BlockRules:
    """A block with its arguments' values, and what it gave for the inputs that it has seen.

    Nodes whose blocks are alike share one, so that a rule is gone through once for all of them.
    """

    __slots__ = ("block", "is_simple", "names", "outputs", "units", "variadic", "weights")

    def __init__(self, block: Block) -> None:
        inputs, outputs = block.ports()
        self.block = block
        self.names = tuple([port.name for port in inputs])
        self.outputs = tuple([port.name for port in outputs])
        self.variadic = inputs[0] if len(inputs) == 1 and inputs[0].variadic else None
        self.is_simple = self.variadic is not None or not any(port.variadic or port.module for port in inputs)
        """Whether ``arranged`` knows what to do with its ports."""
        self.units: dict[tuple[Any, ...], Unit] = {}
        self.weights: Mapping[str, Weight] = {}
        """The last that it had, which are one object for as long as they are the same."""

    def are_all(self, wired: tuple[str, ...]) -> bool:
        """Whether wires into these ports are just what the block needs: each of its ports once and in order."""
        if self.variadic is not None:
            return len(wired) >= self.variadic.least and wired == self.names * len(wired)
        return self.is_simple and wired == self.names

    def arranged(self, wired: tuple[str, ...], types: tuple[WireType, ...]) -> dict[str, Any]:
        """Types by port for wires into these ports, which were found to be right."""
        if self.variadic is not None:
            return {self.variadic.name: types}
        if wired is not self.names and wired != self.names:
            return {**dict.fromkeys(self.names), **dict(zip(wired, types, strict=True))}
        return dict(zip(wired, types, strict=True))

    def remember(self, given: tuple[Any, ...], unit: Unit) -> None:
        keep_newest(self.units, MOST_RESULTS)
        self.units[given] = unit


class Settled:
    """A node for some values of the names in its formulas: results by what comes in.

    ``rules`` stands once the node was found to be nothing but a call of this block, with wires into ``ports``.
    """

    __slots__ = ("memo", "ports", "rules")

    def __init__(self) -> None:
        self.memo: dict[Any, NodeResult] = {}
        self.rules: BlockRules | None = None
        self.ports: tuple[str, ...] = ()

    def remember(self, key: Any, result: NodeResult) -> NodeResult:
        keep_newest(self.memo, MOST_RESULTS)
        self.memo[key] = result
        return result


class NodeState:
    """What is remembered about one node object: the names that its formulas use, and results by what they depend on."""

    __slots__ = (
        "has_instance",
        "is_bare",
        "is_plain",
        "memo",
        "names",
        "node",
        "plain",
        "ports",
        "settled",
        "uses_index",
    )

    def __init__(self, node: Node) -> None:
        names = formula_names(node)
        self.node = node  # keeps the id from being taken by another
        self.uses_index = INDEX in names and node.repeat is not None
        self.names = tuple(sorted(names - {INDEX})) if node.repeat is not None else tuple(sorted(names))
        self.has_instance = node.use.kind is not Kind.BLOCK or any(c.use.kind is not Kind.BLOCK for c in node.cases)
        self.is_plain = not self.names and not self.has_instance and not self.uses_index
        self.is_bare = _is_bare(node)
        self.settled: dict[Any, Settled] = {}
        self.ports: tuple[str, ...] = ()
        self.plain = Settled()
        self.memo = self.plain.memo
        """For a plain node (no formulas, no graph) that is fed at ``ports``: results by what comes on its only wire,
        else by the tuple of what comes. Empty for others."""

    def feed(self, ports: tuple[str, ...]) -> NodeState:
        """The same, fed at these ports: what came through others does not count."""
        if ports != self.ports:
            self.ports = ports
            self.plain = Settled()
            self.memo = self.plain.memo
        return self

    def settle(self, key: Any) -> Settled:
        """What is remembered for these values of the formulas' names."""
        found = self.settled.get(key)
        if found is None:
            keep_newest(self.settled, MOST_SETTLED)
            found = self.settled[key] = Settled()
        return found


def _is_bare(node: Node) -> bool:
    """Whether the node is nothing but one call of one block."""
    if node.use.kind is not Kind.BLOCK or node.mute or node.bypass or node.shares or node.ties or node.cases:
        return False
    return node.repeat is None and node.scan is None and node.enabled is None


class Kept:
    """The last result of a graph, from which the next one starts.

    By position in the plan's order: ``results`` (then one whose outputs are the graph's inputs) and ``states``.
    """

    __slots__ = ("graph", "names", "plan", "result", "results", "stamp", "states", "static", "types")

    def __init__(
        self,
        graph: Graph,
        plan: Plan,
        names: Mapping[str, Any],
        types: tuple[Any, ...],
        stamp: tuple[int, ...],
        static: tuple[Problem, ...],
        result: GraphResult,
        results: list[NodeResult],
        states: list[NodeState],
    ) -> None:
        self.graph = graph
        self.plan = plan
        self.names = names
        self.types = types
        self.stamp = stamp
        self.static = static
        self.result = result
        self.results = results
        self.states = states


class Memory:
    """What one elaboration leaves to the next."""

    def __init__(self) -> None:
        self.nodes: dict[str, dict[int, NodeState]] = {}
        self.rules: dict[Any, BlockRules] = {}
        self.results: dict[Any, GraphResult] = {}
        self.kept: dict[str, Kept] = {}
        self.serials: dict[int, tuple[object, int]] = {}
        self.references: dict[int, tuple[Graph, tuple[tuple[Kind, str], ...]]] = {}
        self.numbers: dict[object, int] = {}
        self.plans: dict[int, tuple[Graph, Plan]] = {}
        self.library: Library | None = None
        self.frames: dict[str, Frame] = {}
        """What stood around the nodes last, by preset."""
        self.reach: Reach | None = None
        self.alike: dict[tuple[int, int], tuple[GraphResult, GraphResult]] = {}
        """Instances of one graph whose weights were found to be the same, by their ids."""
        self.traced: Memory | None = None
        """What code generation remembers from one text to the next."""
        self.count = 0
        self.spent = self.made = 0
        """Evaluations of nodes and instances of graphs so far."""
        self._before = (0, 0)
        self._most = (0, 0)
        """The same as they were before the last elaboration, and the most that one of them took."""

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
        found = self.numbers.get(value)
        if found is None:
            self.count += 1
            found = self.numbers[value] = self.count
        return found

    def frame(self, document: Document, library: Library, preset: str) -> Frame:
        """What stands around the nodes under a preset: as before, where that still holds."""
        found = self.frames.get(preset)
        if found is None or not found.fits(document):
            if len(self.frames) > 2 * len(document.presets) + 2:
                self.frames.clear()
            found = self.frames[preset] = Frame(document, library, preset)
        return found

    def reach_of(self, uses: Mapping[str, tuple[Reference, ...]], models: Mapping[str, str]) -> Reach:
        """Which graphs hold which: as before, where no node became an instance of another graph."""
        if self.reach is None or self.reach.uses != uses or self.reach.models != models:
            self.reach = Reach(uses, models)
        return self.reach

    def rules_of(self, block: Block) -> BlockRules:
        """The rules of this block, shared by all that are alike."""
        key = (block.__class__, exact(tuple(block.__dict__.values())))
        found = self.rules.get(key)
        if found is None:
            found = self.rules[key] = BlockRules(block)
        return found

    def plan(self, graph: Graph) -> Plan:
        """The topology of this very graph."""
        found = self.plans.get(id(graph))
        if found is None or found[0] is not graph:
            found = self.plans[id(graph)] = (graph, Plan(graph))
        return found[1]

    def prune(self) -> None:
        """Forget what is long past, before it grows without bound.

        What the last versions of the document gave is kept: going back to an older one is an edit like others.
        """
        spent, made = self.spent - self._before[0], self.made - self._before[1]
        self._before = (self.spent, self.made)
        self._most = most = (max(spent, self._most[0]), max(made, self._most[1]))
        if self.spent > MOST_SPENT + 8 * most[0]:
            self.__init__()  # type: ignore[misc]
            return
        keep_newest(self.results, MOST_EDITS + 2 * most[1])
        keep_newest(self.alike, MOST_EDITS + 2 * most[1])
        keep_newest(self.rules, MOST_EDITS + 2 * most[0])
        for known in (self.serials, self.references, self.plans, self.numbers):
            keep_newest(known, MOST_EDITS + 8 * len(self.kept))


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
        return (int(value), value.poly.exactly, value.written)
    if kind is TracedType:
        return (*[trace_key(dim) for dim in value.shape], value.dtype)
    if kind is tuple:
        return tuple([trace_key(item) for item in value])
    if kind is Arguments:
        return (*[(name, trace_key(item)) for name, item in value.items()], *value.texts.items())
    return value
