"""Elaborating one instance of a graph, doing again only what changed.

The fast path is ``Evaluator.instance``: it starts from the last result of the same graph, finds the nodes that differ
by identity, and walks on from them in topological order until outputs stop changing. Each node remembers what it gave
for the types that it has seen.
"""

from __future__ import annotations

from collections.abc import Mapping
from operator import is_
from typing import Any

from app.core.block import Library, Port
from app.core.checks import static_problems
from app.core.document import BOUNDARY, SELF, Document, Graph, Kind, Model, Node, Use
from app.core.growth import grown
from app.core.plan import Feed, Plan, references
from app.core.problems import Disconnect, Path, Problem, ShapeError
from app.core.resolve import (
    INDEX,
    Refusal,
    Scope,
    Unknown,
    choose,
    count_of,
    formula_names,
    graph_arguments,
    is_enabled,
    make_block,
    named,
)
from app.core.results import (
    NOTHING,
    GraphResult,
    NodeResult,
    Totals,
    Unit,
    example_bytes,
    example_size,
    unit_key,
)
from app.core.symbolic import Symbol, Traced
from app.core.tensor_type import ABSENT, ModuleType, TensorType, TracedType, WireType

DEEPEST = 50
"""Graphs within one another: beyond it nothing can be meant."""
MOST_EVALUATIONS = 50_000
"""Nodes and copies that one elaboration looks at."""
DANGLING: Any = object()
"""On a wire that leaves a port which does not exist."""


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
        """Forget the past before it grows without bound; the latest results stay as starting points."""
        if len(self.results) > 20_000 or self.count > 50_000:
            self.__init__()  # type: ignore[misc]


class Evaluator:
    """Elaborates instances for one document. With ``tracing``, sizes carry provenance and equal ints are told apart."""

    def __init__(
        self,
        document: Document,
        library: Library,
        memory: Memory,
        models: Mapping[str, Mapping[str, Any]],
        tracing: bool = False,
    ) -> None:
        """``models`` gives the argument values of each model."""
        self.document = document
        self.library = library
        self.memory = memory
        self.models = models
        self.tracing = tracing
        self._stamps: dict[tuple[Kind, str], tuple[int, ...]] = {}
        self._differences: dict[tuple[int, int], tuple[str, ...] | None] = {}
        self._reached: dict[tuple[Kind, str], dict[tuple[Kind, str], None]] = {}
        self._heights: dict[str, int] = {}
        self.evaluations = 0

    # -- instances -------------------------------------------------------------------------------------------------

    def instance(self, graph: Graph, arguments: Mapping[str, Any], types: tuple[WireType, ...]) -> GraphResult:
        """The graph for these argument values and input types (in the order of its inputs)."""
        stamp = self.stamp(Kind.GRAPH, graph.name)
        if self.tracing:
            key: Any = (stamp, trace_key(tuple(arguments.items())), trace_key(types))
        else:
            key = (stamp, exact(tuple(arguments.values())), types)
        found = self.memory.results.get(key)
        if found is None:
            found = self.memory.results[key] = self._run(graph, arguments, types, stamp)
        return found

    def spend(self, scope: Scope, node: Node) -> None:
        """Count an evaluation; refuse the one at which the document is larger than can be meant."""
        self.evaluations += 1
        if self.evaluations > MOST_EVALUATIONS:
            if self.evaluations > MOST_EVALUATIONS + 1:
                raise Unknown
            message = f"With “{node.name}” the document has more than {MOST_EVALUATIONS} different parts: repeat less."
            raise Refusal(Problem(message, scope.path(node), expected="fewer copies"))

    def stamp(self, kind: Kind, name: str) -> tuple[int, ...]:
        """Identities of everything that an instance of this graph or model depends on."""
        key = (kind, name)
        found = self._stamps.get(key)
        if found is None:
            serials: list[int] = []
            for entry in self.reached(kind, name):
                self._identify(*entry, serials)
            found = self._stamps[key] = tuple(serials)
        return found

    def reached(self, kind: Kind, name: str) -> Mapping[tuple[Kind, str], None]:
        """The graph or model and all that its nodes are instances of, at any depth, each once."""
        key = (kind, name)
        found = self._reached.get(key)
        if found is None:
            found = self._reached[key] = {}
            waiting = [key]
            while waiting:
                entry = waiting.pop()
                if entry not in found:
                    found[entry] = None
                    waiting.extend(self._further(*entry)[::-1])
        return found

    def _further(self, kind: Kind, name: str) -> tuple[tuple[Kind, str], ...]:
        if kind is Kind.MODEL:
            model = self.document.models.get(name)
            return () if model is None else ((Kind.GRAPH, model.graph),)
        graph = self.document.graphs.get(name)
        return () if graph is None else self.references(graph)

    def _identify(self, kind: Kind, name: str, serials: list[int]) -> None:
        """What is missing counts by what there is instead: a problem names it."""
        memory, document = self.memory, self.document
        if kind is Kind.MODEL:
            model = document.models.get(name)
            if model is None:
                serials.append(-memory.number(("models", *document.models)))
                return
            serials.append(memory.serial(model))
            known = self.models.get(name)
            serials.append(memory.number(None if known is None else exact(tuple(known.values()))))
        else:
            graph = document.graphs.get(name)
            serials.append(-memory.number(("graphs", *document.graphs)) if graph is None else memory.serial(graph))

    def height(self, name: str) -> int:
        """How many graphs are inside one another below this one, itself included; a circle counts once."""
        heights = self._heights
        waiting = [(name, False)]
        while waiting:
            current, is_after = waiting.pop()
            graph = self.document.graphs.get(current)
            if graph is None:
                heights[current] = 0
                continue
            inner = [entry[1] for use in self.references(graph) for entry in self._graph_named(*use)]
            if is_after:
                heights[current] = 1 + max((heights.get(other, 0) for other in inner), default=0)
            elif current not in heights:
                heights[current] = 0
                waiting.append((current, True))
                waiting.extend((other, False) for other in inner if other not in heights)
        return heights[name]

    def _graph_named(self, kind: Kind, name: str) -> tuple[tuple[Kind, str], ...]:
        return self._further(kind, name) if kind is Kind.MODEL else ((kind, name),)

    def references(self, graph: Graph) -> tuple[tuple[Kind, str], ...]:
        known = self.memory.references.get(id(graph))
        if known is not None and known[0] is graph:
            return known[1]
        kept = self.memory.kept.get(graph.name)
        changed = self._changed(kept, graph) if kept is not None and not self.tracing else None
        if kept is None or changed is None or kept.graph is graph or _needs_look(kept.graph, graph, changed):
            found = references(graph)
        else:
            found = self.references(kept.graph)
        self.memory.references[id(graph)] = (graph, found)
        return found

    def _changed(self, kept: Kept, graph: Graph) -> tuple[str, ...] | None:
        """``_changed`` for the graph as it stood before this elaboration, worked out once."""
        key = (id(kept.graph), id(graph))
        if key not in self._differences:
            self._differences[key] = _changed(kept, graph)
        return self._differences[key]

    def _run(
        self, graph: Graph, arguments: Mapping[str, Any], types: tuple[WireType, ...], stamp: tuple[int, ...]
    ) -> GraphResult:
        inputs: dict[str, WireType] = {port.name: type_ for port, type_ in zip(graph.inputs, types, strict=True)}
        names: dict[str, Any] = {**inputs, **arguments}
        kept = None if self.tracing else self.memory.kept.get(graph.name)
        if kept is not None and kept.graph.inputs is not graph.inputs and kept.graph.inputs != graph.inputs:
            kept = None
        changed = self._changed(kept, graph) if kept is not None else None
        if kept is None or changed is None:
            kept, changed = None, ()
            plan = self.memory.plan(graph)
        else:
            plan = kept.plan
            if changed and _needs_look(kept.graph, graph, changed):
                plan = Plan(graph)
        scope = Scope(graph, names)
        nodes = {} if kept is None else dict(kept.result.nodes)
        nodes |= self._cyclic(graph, plan)
        dirty = _dirty(plan, kept, graph, names, types, stamp, changed, self.memory)
        replaced = self._settle(scope, plan, inputs, nodes, dirty)
        self._complete_modules(graph, plan, nodes, replaced)
        static = self._static(graph, plan, kept, changed)
        result = self._assemble(graph, plan, arguments, inputs, nodes, static, kept, replaced)
        if not self.tracing:
            self.memory.kept[graph.name] = Kept(graph, plan, names, types, stamp, static, result)
        return result

    def _static(self, graph: Graph, plan: Plan, kept: Kept | None, changed: tuple[str, ...]) -> tuple[Problem, ...]:
        if kept is not None and all(_same_outside(kept.graph.nodes[i], graph.nodes[i]) for i in changed):
            same_boundary = kept.graph.inputs is graph.inputs and kept.graph.outputs is graph.outputs
            if same_boundary and kept.graph.arguments is graph.arguments and kept.graph.sequential == graph.sequential:
                return kept.static
        return static_problems(graph, plan)

    def _cyclic(self, graph: Graph, plan: Plan) -> dict[str, NodeResult]:
        """Results of nodes that cannot be evaluated, because they feed themselves."""
        return {identity: NodeResult(graph.nodes[identity], {}, {}) for identity in plan.cyclic}

    def _settle(
        self,
        scope: Scope,
        plan: Plan,
        inputs: Mapping[str, WireType],
        nodes: dict[str, NodeResult],
        dirty: bytearray,
    ) -> list[tuple[NodeResult | None, NodeResult]]:
        """Evaluate what is dirty and whatever follows from it; gives the replaced results, (old, new)."""
        graph_nodes, order, feeds, consumers = scope.graph.nodes, plan.order, plan.feeds, plan.consumers
        states = self.memory.nodes.setdefault(scope.graph.name, {})
        if len(states) > 64 + 8 * len(graph_nodes):
            states.clear()
        replaced: list[tuple[NodeResult | None, NodeResult]] = []
        tracing = self.tracing
        position = dirty.find(1)
        while position >= 0:
            dirty[position] = 0
            identity = order[position]
            node, feed = graph_nodes[identity], feeds[identity]
            types: tuple[WireType, ...] = tuple(
                [
                    inputs.get(port, DANGLING) if source == BOUNDARY else nodes[source].outputs.get(port, DANGLING)
                    for source, port in feed.sources
                ]
            )
            state = states.get(id(node))
            if state is None:
                state = states[id(node)] = NodeState(node)
            if tracing or not state.is_plain:
                result = self._remembered(scope, plan, state, feed, types)
            else:
                found = state.memo.get(types) if state.ports is feed.ports else state.seen(feed.ports, types)
                if found is None:
                    found = NodeEvaluation(self, scope, state, feed.ports, types, False).result()
                    state.memo[types] = found
                result = found
            old = nodes.get(identity)
            if result is not old:
                nodes[identity] = result
                replaced.append((old, result))
                if old is None or not self._same_types(old.outputs, result.outputs):
                    for consumer in consumers[identity]:
                        dirty[consumer] = 1
            position = dirty.find(1, position)
        return replaced

    def _same_types(self, a: Mapping[str, Any], b: Mapping[str, Any]) -> bool:
        return trace_key(tuple(a.items())) == trace_key(tuple(b.items())) if self.tracing else a == b

    def _remembered(
        self, scope: Scope, plan: Plan, state: NodeState, feed: Feed, types: tuple[WireType, ...]
    ) -> NodeResult:
        names = scope.names
        is_module = state.has_instance and state.node.id in plan.module_nodes
        if is_module:  # each time anew, so that what is remembered of who calls it is never of another time
            return NodeEvaluation(self, scope, state, feed.ports, types, True).result()
        settled_key: Any = tuple([exact(names.get(name)) for name in state.names]) if state.names else ()
        if settled_key and not names.keys() >= set(state.names):
            settled_key = (settled_key, tuple(sorted(names)))  # the problem says which names there are
        key: Any = (feed.ports, types)
        if self.tracing:
            settled_key, key = trace_key(settled_key), (feed.ports, trace_key(types))
        if state.has_instance:
            key = (key, tuple([self.stamp(u.kind, u.name) for u in _uses(state.node)]))
        memo = state.settled.get(settled_key)
        if memo is None:
            if len(state.settled) > 1000:
                state.settled.clear()
            memo = state.settled[settled_key] = {}
        result = memo.get(key)
        if result is None:
            if len(memo) > 1000:
                memo.clear()
            result = memo[key] = NodeEvaluation(self, scope, state, feed.ports, types, False).result()
        return result

    def once_more(self, result: GraphResult, node: Node) -> NodeResult:
        """A node of an instance as it would be with other settings, fed by what feeds it there."""
        graph = result.graph
        feed = self.memory.plan(graph).feeds[node.id]
        types = tuple(result.wire(source, port) for source, port in feed.sources)
        scope = Scope(graph, {**result.inputs, **result.arguments})
        return NodeEvaluation(self, scope, NodeState(node), feed.ports, types, False).result()

    def _complete_modules(
        self,
        graph: Graph,
        plan: Plan,
        nodes: dict[str, NodeResult],
        replaced: list[tuple[NodeResult | None, NodeResult]],
    ) -> None:
        """A graph that is wired as a module is settled by whoever called it."""
        for identity in plan.module_nodes:
            found = nodes.get(identity)
            module = found.outputs.get(SELF) if found is not None else None
            if found is None or found.units or not isinstance(module, ModuleType) or not module.instances:
                continue
            instance = module.instances[0]
            unit = Unit(instance.arguments, instance.inputs, instance.outputs, None, instance, {}, instance.totals)
            is_model = graph.nodes[identity].use.kind is Kind.MODEL
            totals = NOTHING if is_model else instance.totals
            new = NodeResult(found.node, found.inputs, found.outputs, True, None, (unit,), totals, found.problem)
            nodes[identity] = new
            replaced.append((found, new))

    def _assemble(
        self,
        graph: Graph,
        plan: Plan,
        arguments: Mapping[str, Any],
        inputs: Mapping[str, WireType],
        nodes: dict[str, NodeResult],
        static: tuple[Problem, ...],
        kept: Kept | None,
        replaced: list[tuple[NodeResult | None, NodeResult]],
    ) -> GraphResult:
        outputs: dict[str, WireType] = {}
        for port in graph.outputs:
            source = plan.outputs.get(port.name)
            if source is None:
                outputs[port.name] = None
            elif source[0] == BOUNDARY:
                outputs[port.name] = inputs.get(source[1])
            else:
                outputs[port.name] = nodes[source[0]].outputs.get(source[1])
        problems = _problems(nodes, plan, static, kept, replaced)
        problems += tuple(_tie_problems(graph, plan, nodes)) if plan.tied and not problems else ()
        totals = _totals(nodes, kept, replaced)
        return GraphResult(graph, arguments, inputs, outputs, nodes, totals, problems, plan.instances)

    # -- what nodes are instances of -------------------------------------------------------------------------------

    def graph_of(self, use: Use, scope: Scope, node: Node) -> Graph:
        """The graph that a graph or model node stands for; refuses one that is missing or holds itself."""
        name = use.name
        if use.kind is Kind.MODEL:
            name = self.model_of(use, scope, node).graph
        graph = self.document.graphs.get(name)
        if use.kind is Kind.MODEL and (graph is None or use.name not in self.models):
            raise Unknown  # what is wrong with the model is said there
        if graph is None:
            known = ", ".join(self.document.graphs) or "none"
            message = (
                f"“{node.name}” is an instance of the graph “{name}”, which this document does not have ({known})."
            )
            raise Refusal(Problem(message, scope.path(node), expected="a graph of this document", came=name))
        if (Kind.GRAPH, scope.graph.name) in self.reached(Kind.GRAPH, name):
            way = " → ".join([scope.graph.name, *self._way(name, scope.graph.name)])
            message = f"“{node.name}” puts {scope.graph.name} into itself: {way}. Take one of these nodes away."
            raise Refusal(Problem(message, scope.path(node), expected="a graph that does not hold itself", came=name))
        if self.height(name) > DEEPEST:
            message = f"“{node.name}” holds graphs in graphs more than {DEEPEST} deep. Put fewer into one another."
            raise Refusal(Problem(message, scope.path(node), expected=f"at most {DEEPEST}", came=name))
        return graph

    def _way(self, start: str, end: str) -> list[str]:
        """The graphs from one to another that it holds, along the shortest way."""
        before: dict[str, str] = {start: ""}
        waiting = [start]
        for current in waiting:  # grows while it is walked
            graph = self.document.graphs.get(current)
            uses = () if graph is None else self.references(graph)
            for _, name in (entry for use in uses for entry in self._graph_named(*use)):
                if name not in before:
                    before[name] = current
                    waiting.append(name)
        way = [end]
        while way[-1] != start and before.get(way[-1]):
            way.append(before[way[-1]])
        return way[::-1]

    def model_of(self, use: Use, scope: Scope, node: Node) -> Model:
        model = self.document.models.get(use.name)
        if model is None:
            known = ", ".join(self.document.models) or "none"
            message = f"“{node.name}” calls the model “{use.name}”, which this document does not have ({known})."
            raise Refusal(Problem(message, scope.path(node), expected="a model of this document", came=use.name))
        return model


def _uses(node: Node) -> tuple[Use, ...]:
    return (node.use, *(case.use for case in node.cases))


def _changed(kept: Kept, graph: Graph) -> tuple[str, ...] | None:
    """Ids of the nodes that are other objects than before; None where wires or nodes came or went."""
    old = kept.graph
    if old is graph:
        return ()
    if old.edges is not graph.edges or len(old.nodes) != len(graph.nodes):
        return None
    if old.nodes is graph.nodes:
        return ()
    changed: list[str] = []
    same = list(map(is_, old.nodes.values(), graph.nodes.values()))
    position = -1
    try:
        while True:
            position = same.index(False, position + 1)
            identity = kept.plan.ids[position]
            node = graph.nodes.get(identity)
            if node is None or node.id != identity or node is old.nodes.get(identity):
                return None  # ids moved: the topology is worked out anew
            changed.append(identity)
    except ValueError:
        return tuple(changed)


def _needs_look(old: Graph, new: Graph, changed: tuple[str, ...]) -> bool:
    return any(not _same_outside(old.nodes[i], new.nodes[i]) for i in changed)


def _same_outside(old: Node, new: Node) -> bool:
    """Whether two versions of a node look the same to the rest of the graph, but for what flows out."""
    return (
        old.name == new.name
        and old.use == new.use
        and old.cases == new.cases
        and old.shares == new.shares
        and old.ties == new.ties
        and old.repeat == new.repeat
        and old.mute == new.mute
    )


def _dirty(
    plan: Plan,
    kept: Kept | None,
    graph: Graph,
    names: Mapping[str, Any],
    types: tuple[Any, ...],
    stamp: tuple[int, ...],
    changed: tuple[str, ...],
    memory: Memory,
) -> bytearray:
    """A flag for each node in order: whether it must be looked at again."""
    if kept is None:
        return bytearray(b"\1") * len(plan.order)
    dirty = bytearray(len(plan.order))
    for identity in changed:
        if identity in plan.position:
            dirty[plan.position[identity]] = 1
    if types is not kept.types:
        for port, old, new in zip(graph.inputs, kept.types, types, strict=True):
            if old is not new:
                for consumer in plan.boundary_consumers.get(port.name, ()):
                    dirty[consumer] = 1
    moved = _moved(kept, graph, names, memory)
    if moved:
        states = memory.nodes.get(graph.name, {})
        for position, identity in enumerate(plan.order):
            state = states.get(id(graph.nodes[identity]))
            if state is None or not moved.isdisjoint(state.names):
                dirty[position] = 1
    again = plan.module_nodes if stamp[1:] == kept.stamp[1:] else plan.instances
    for identity in again:
        if identity in plan.position:
            dirty[plan.position[identity]] = 1
    return dirty


def _moved(kept: Kept, graph: Graph, names: Mapping[str, Any], memory: Memory) -> set[str]:
    """Names that formulas may be over and that stand for something else than before."""
    before = kept.names
    moved = {name for name, value in names.items() if not _same(value, before.get(name))}
    if names.keys() != before.keys():
        moved |= before.keys() ^ names.keys()
        for state in memory.nodes.get(graph.name, {}).values():
            if not names.keys() >= set(state.names):
                moved.update(state.names)  # its problem says which names there are
    return moved


def _same(a: Any, b: Any) -> bool:
    return a is b or bool(exact(a) == exact(b))


def exact(value: Any) -> Any:
    """A key for a value that tells 1, 1.0 and True apart."""
    kind = value.__class__
    if kind is float or kind is bool:
        return (kind, value)
    if kind is tuple or kind is list:
        return tuple([exact(item) for item in value])
    return value


def _problems(
    nodes: Mapping[str, NodeResult],
    plan: Plan,
    static: tuple[Problem, ...],
    kept: Kept | None,
    replaced: list[tuple[NodeResult | None, NodeResult]],
) -> tuple[Problem, ...]:
    """The graph's own problems and those inside its instances, one for each node that shows one."""
    if kept is not None and kept.static is static and not kept.result.problems:
        touched: list[NodeResult] = [new for _, new in replaced]
    elif kept is not None and kept.static is static and not replaced:
        return kept.result.problems
    else:
        touched = [nodes[identity] for identity in plan.ids if identity in nodes]
    found: dict[tuple[str, str], Problem] = {}
    for problem in static:
        found.setdefault((problem.path.graph, problem.path.node or problem.message), problem)
    for result in touched:
        if result.problem is not None:
            found.setdefault((result.problem.path.graph, result.problem.path.node), result.problem)
        for unit in result.units:
            if unit.instance is not None and unit.instance.problems:
                for problem in unit.instance.problems:
                    found.setdefault((problem.path.graph, problem.path.node or problem.message), problem)
    return tuple(found.values())


def _totals(
    nodes: Mapping[str, NodeResult], kept: Kept | None, replaced: list[tuple[NodeResult | None, NodeResult]]
) -> Totals:
    if kept is None:
        parameters = buffers = macs = activation = 0
        for result in nodes.values():
            new = result.totals
            parameters += new.parameters
            buffers += new.buffers
            macs += new.macs
            activation += new.activation_bytes
        return Totals(parameters, buffers, macs, activation)
    before = kept.result.totals
    if not replaced:
        return before
    parameters, buffers = before.parameters, before.buffers
    macs, activation = before.macs, before.activation_bytes
    for old_result, new_result in replaced:
        old = old_result.totals if old_result is not None else NOTHING
        new = new_result.totals
        if old is not new:
            parameters += new.parameters - old.parameters
            buffers += new.buffers - old.buffers
            macs += new.macs - old.macs
            activation += new.activation_bytes - old.activation_bytes
    return Totals(parameters, buffers, macs, activation)


def _tie_problems(graph: Graph, plan: Plan, nodes: Mapping[str, NodeResult]) -> list[Problem]:
    """Ties that lead nowhere or join tensors of different shapes; shares that lead nowhere."""
    problems: list[Problem] = []
    names = {node.name: nodes.get(identity) for identity, node in graph.nodes.items() if not node.shares}
    for identity in plan.tied:
        node = graph.nodes[identity]
        result = nodes.get(identity)
        if node.shares:
            reason = _why_not_shared(graph, nodes, node, names)
            if reason is not None:
                message = f"“{node.name}” calls the module of “{node.shares}” again, {reason}."
                problems.append(Problem(message, Path(graph.name, identity), expected="a node here", came=node.shares))
        if result is None or not result.units:
            continue
        for own, path in node.ties.items():
            problem = _tie_problem(graph, identity, result, own, path, names)
            if problem is not None:
                problems.append(problem)
    return problems


def _why_not_shared(
    graph: Graph, nodes: Mapping[str, NodeResult], node: Node, names: Mapping[str, NodeResult | None]
) -> str | None:
    """The end of a sentence that says why a node cannot call the module of the one that it names by id or name."""
    assert node.shares is not None
    owner = graph.nodes.get(node.shares)
    target = nodes.get(node.shares) if owner is not None else names.get(node.shares)
    if owner is None and target is None:
        return f"which {graph.name} does not have"
    owner = owner or (target.node if target is not None else node)
    if owner.shares:
        return "which has no module of its own" if owner is not node else "which is itself"
    if owner.use != node.use:
        return f"which is {owner.use.name} and not {node.use.name}"
    result = nodes.get(node.id)
    if target is None or result is None or not target.units or not result.units:
        return None
    here, there = result.units[0], target.units[0]
    if here.instance is not None and there.instance is not None:
        difference = weights_differ(here.instance, there.instance)
    else:
        difference = _unit_differs(owner.name, here, there)
    return None if difference is None else f"but here {difference}"


def _tie_problem(
    graph: Graph, identity: str, result: NodeResult, own: str, path: str, names: Mapping[str, NodeResult | None]
) -> Problem | None:
    where = Path(graph.name, identity, "ties")
    weight = _weight_at(result, own)
    if weight is None:
        return Problem(f"“{result.node.name}” has no parameter “{own}” to tie.", where, came=own)
    head, _, rest = path.partition(".")
    target = names.get(head)
    other = _weight_at(target, rest) if target is not None else None
    if other is None:
        message = f"“{result.node.name}.{own}” is tied to “{path}”, which {graph.name} does not have."
        return Problem(message, where, expected="a parameter of this graph", came=path)
    if tuple(weight.shape) != tuple(other.shape):
        here, there = TensorType(weight.shape), TensorType(other.shape)
        message = f"“{result.node.name}.{own}” is {here} and cannot be the same tensor as “{path}”, which is {there}."
        return Problem(message, where, expected=str(there), came=str(here))
    return None


def _weight_at(result: NodeResult, key: str) -> Any:
    if not result.units:
        return None
    if result.node.repeat is not None:
        index, _, key = key.partition(".")
        unit = result.units[int(index)] if index.isdigit() and int(index) < len(result.units) else None
    else:
        unit = result.units[0]
    if unit is None:
        return None
    return weight_at(unit, key)


def weight_at(unit: Unit, key: str) -> Any:
    """The weight under a key of a unit's state, without making the whole state: copies may be many."""
    if unit.instance is None:
        return unit.weights.get(key)
    for result in unit.instance.nodes.values():
        if not result.active or result.node.shares:
            continue
        for index, inner in enumerate(result.units):
            start = unit_key(result.node, index)
            found = None
            if key.startswith(f"{start}."):
                found = weight_at(inner, key[len(start) + 1 :])
            elif key == start:
                found = inner.weights.get("")
            if found is not None:
                return found
    return None


def weights_differ(called: GraphResult, declared: GraphResult) -> str | None:
    """How the weights of two instances of one graph differ, if they do; equal pairs are compared once."""
    seen: set[tuple[int, int]] = set()
    waiting = [("", called, declared)]
    for prefix, here, there in waiting:  # grows while it is walked
        for identity, result in there.nodes.items():
            other = here.nodes.get(identity)
            if other is result or result.node.shares or not result.active:
                continue
            units = other.units if other is not None and other.active else ()
            for index, unit in enumerate(result.units):
                key = prefix + unit_key(result.node, index)
                if index >= len(units):
                    return f"{key} would be missing"
                pair = (id(units[index]), id(unit))
                if pair in seen or units[index] is unit:
                    continue
                seen.add(pair)
                difference = _unit_differs(key, units[index], unit)
                if difference is not None:
                    return difference
                inner, wanted = units[index].instance, unit.instance
                if inner is not None and wanted is not None and inner is not wanted:
                    waiting.append((f"{key}.", inner, wanted))
    return None


def _unit_differs(key: str, here: Unit, there: Unit) -> str | None:
    for name, weight in there.weights.items():
        other, label = here.weights.get(name), f"{key}.{name}" if name else key
        if other is None:
            return f"{label} would be missing"
        if tuple(other.shape) != tuple(weight.shape):
            return f"{label} would be {TensorType(other.shape)} instead of {TensorType(weight.shape)}"
    return None


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


class UnknownOutputs(dict[str, Any]):
    """Outputs of a node that is wrong: whichever port a wire leaves, what flows there is unknown."""

    def __init__(self, ports: tuple[str, ...]) -> None:
        super().__init__(dict.fromkeys(ports))

    def get(self, key: str, default: Any = None) -> Any:
        return None


class NodeEvaluation:
    """One node for one set of incoming types."""

    def __init__(
        self,
        evaluator: Evaluator,
        scope: Scope,
        state: NodeState,
        ports: tuple[str, ...],
        types: tuple[WireType, ...],
        is_module: bool,
    ) -> None:
        self.evaluator = evaluator
        self.scope = scope
        self.state = state
        self.node = state.node
        self.ports = ports
        self.types = types
        self.is_module = is_module

    def result(self) -> NodeResult:
        """Never raises for what a user can draw: a refusal is a problem of the node, and its outputs are unknown."""
        self.block: Any = None
        self.outputs: tuple[str, ...] = ()
        self.inputs: Mapping[str, Any] = dict(zip(self.ports, self.types, strict=False))
        try:
            return self._result()
        except Refusal as refusal:
            problem: Problem | None = refusal.problem
        except ShapeError as error:
            problem = error.at(self.scope.path(self.node))
        except Unknown:
            problem = None
        return NodeResult(self.node, self.inputs, UnknownOutputs(self.outputs), True, self.block, (), NOTHING, problem)

    def _result(self) -> NodeResult:
        use, self.written = choose(self.node, self.scope)
        self.use = use
        inputs, outputs = self._target()
        self.outputs = tuple(port.name for port in outputs)
        if self.is_module and use.kind is not Kind.BLOCK:
            return self._inactive({SELF: ABSENT}) if self.node.mute else self._as_module(use)
        if self.node.mute:
            return self._inactive(dict.fromkeys(self.outputs, ABSENT))
        given = self._assigned(inputs)
        self.inputs = given
        if self._lacks(inputs, given):
            return self._inactive(dict.fromkeys(self.outputs, ABSENT))
        if self.node.bypass or not is_enabled(self.node, self.scope):
            return self._passed(inputs, given)
        self._need(inputs, given)
        if _any_unknown(given):
            return NodeResult(self.node, given, dict.fromkeys(self.outputs), True, self.block)
        return self._called(given)

    # -- ports -----------------------------------------------------------------------------------------------------

    def _target(self) -> tuple[tuple[Port, ...], tuple[Port, ...]]:
        """Input and output ports of what the node is; makes the block, or finds the graph."""
        if self.use.kind is Kind.BLOCK:
            index = 0 if self.node.repeat is not None else None
            self.block = make_block(self.evaluator.library, self.use.name, self.written, self.scope, self.node, index)
            found: tuple[tuple[Port, ...], tuple[Port, ...]] = self.block.ports()
            return found
        graph = self.evaluator.graph_of(self.use, self.scope, self.node)
        self.graph = graph
        inputs = tuple(Port(name=p.name, optional=p.optional, module=p.module) for p in graph.inputs)
        return inputs, tuple(Port(name=p.name) for p in graph.outputs)

    def _assigned(self, ports: tuple[Port, ...]) -> dict[str, Any]:
        """Types by port: None where nothing is wired, a tuple for a variadic port."""
        known = {port.name: port for port in ports}
        given: dict[str, Any] = {port.name: () if port.variadic else NOT_WIRED for port in ports}
        for name, type_ in zip(self.ports, self.types, strict=True):
            port = known.get(name)
            path = self.scope.path(self.node, name)
            if port is None:
                has = ", ".join(known) or "none"
                message = f"A wire enters “{self.node.name}” at “{name}”, but its inputs are: {has}."
                raise Refusal(
                    Problem(message, path, expected=has, came=name, fixes=(Disconnect(name, "Remove the wire"),))
                )
            if type_ is DANGLING:
                message = f"The wire into “{self.node.name}.{name}” comes from an output that does not exist."
                raise Refusal(Problem(message, path, fixes=(Disconnect(name, "Remove the wire"),)))
            if port.variadic:
                given[name] = (*given[name], type_) if type_ is not ABSENT else given[name]
            elif given[name] is not NOT_WIRED:
                message = f"“{self.node.name}.{name}” takes one wire; several enter it."
                raise Refusal(Problem(message, path, fixes=(Disconnect(name, "Remove the wires"),)))
            else:
                given[name] = type_
        return given

    def _lacks(self, ports: tuple[Port, ...], given: dict[str, Any]) -> bool:
        """Whether a wire that the node needs comes from a muted node; what it can do without becomes unwired."""
        for port in ports:
            if given[port.name] is ABSENT:
                if not port.optional:
                    return True
                given[port.name] = NOT_WIRED
        return False

    def _need(self, ports: tuple[Port, ...], given: dict[str, Any]) -> None:
        """Refuse an input that needs a wire and has none; optional ones become None for the block's rules."""
        for port in ports:
            value = given[port.name]
            path = self.scope.path(self.node, port.name)
            if port.variadic:
                if len(value) < port.least:
                    message = (
                        f"“{self.node.name}” needs at least {port.least} wires at “{port.name}”; it has {len(value)}."
                    )
                    raise Refusal(Problem(message, path, expected=f"{port.least} wires", came=str(len(value))))
            elif value is NOT_WIRED and not port.optional:
                message = f"“{self.node.name}” has nothing wired to its input “{port.name}”."
                raise Refusal(Problem(message, path, expected="a wire", came="nothing"))
            elif port.module != isinstance(value, ModuleType) and value is not None and value is not NOT_WIRED:
                wanted = "a module (the “self” output of a model or graph)" if port.module else "a tensor"
                message = f"“{self.node.name}.{port.name}” takes {wanted}; {named(value)} came."
                raise Refusal(Problem(message, path, expected=wanted, came=named(value)))

    # -- nodes that do nothing ---------------------------------------------------------------------------------------

    def _inactive(self, outputs: Mapping[str, WireType]) -> NodeResult:
        return NodeResult(self.node, self.inputs, outputs, False, self.block)

    def _passed(self, ports: tuple[Port, ...], given: Mapping[str, Any]) -> NodeResult:
        """Bypassed or not enabled: the output is the first input."""
        first = next((given[port.name] for port in ports if given[port.name] is not NOT_WIRED), None)
        if isinstance(first, tuple):
            first = first[0] if first else None
        outputs: dict[str, WireType] = dict.fromkeys(self.outputs)
        if self.outputs:
            outputs[self.outputs[0]] = first
        return self._inactive(outputs)

    def _as_module(self, use: Use) -> NodeResult:
        """Wired by its ``self`` port: it takes no inputs and is called by another."""
        if self.ports:
            message = f"“{self.node.name}” gives its module to another node, which calls it: it takes no wires itself."
            raise Refusal(
                Problem(message, self.scope.path(self.node), fixes=(Disconnect(self.ports[0], "Remove the wire"),))
            )
        arguments = self._graph_arguments(None)
        evaluator, graph = self.evaluator, self.graph

        def call(types: tuple[WireType, ...]) -> tuple[WireType, ...]:
            if len(types) != len(graph.inputs):
                wanted = ", ".join(port.name for port in graph.inputs)
                raise ShapeError(
                    f"{graph.name} takes {len(graph.inputs)} inputs ({wanted}); it is called with {len(types)}."
                )
            result = evaluator.instance(graph, arguments, types)
            module.instances.append(result)
            return tuple(result.outputs.values())

        module = ModuleType(use.name, tuple(p.name for p in graph.inputs), tuple(p.name for p in graph.outputs), call)
        return NodeResult(self.node, {}, {SELF: module}, True)

    # -- calling -----------------------------------------------------------------------------------------------------

    def _called(self, given: dict[str, Any]) -> NodeResult:
        self.optional = {name: None if value is NOT_WIRED else value for name, value in given.items()}
        if self.node.repeat is not None:
            units, outputs = self._repeated(self.optional)
            totals = _sum(units)
        elif self.node.scan is not None:
            unit, outputs, steps = self._scanned(self.optional)
            units, totals = (unit,), unit.totals.times(steps)
        else:
            unit = self._once(self.optional, None)
            units, outputs, totals = (unit,), unit.outputs, unit.totals
        if self.use.kind is Kind.MODEL or self.node.shares:
            totals = totals.without_weights()
        elif self.node.ties:
            totals = _untied(self.node, units, totals)
        return NodeResult(self.node, self.optional, outputs, True, self.block, units, totals)

    def _once(self, inputs: Mapping[str, Any], index: int | None) -> Unit:
        self.evaluator.spend(self.scope, self.node)
        if self.use.kind is Kind.BLOCK:
            return self._block_once(inputs, index)
        arguments = self._graph_arguments(index)
        types = tuple([ABSENT if p.optional and inputs[p.name] is None else inputs[p.name] for p in self.graph.inputs])
        instance = self.evaluator.instance(self.graph, arguments, types)
        return Unit(arguments, inputs, instance.outputs, None, instance, {}, instance.totals)

    def _graph_arguments(self, index: int | None) -> dict[str, Any]:
        if self.use.kind is Kind.MODEL:
            return dict(self.evaluator.models[self.use.name])
        return graph_arguments(self.graph, self.written, self.scope, self.node, index)

    def _block_once(self, inputs: Mapping[str, Any], index: int | None) -> Unit:
        block = self.block
        if index and self.state.uses_index:
            block = make_block(self.evaluator.library, self.use.name, self.written, self.scope, self.node, index)
        given = tuple(inputs.values())
        try:
            types = block.infer(*given)
            types = types if isinstance(types, tuple) else (types,)
            weights = block.weights(*given)
            macs = block.macs(*given)
        except (TypeError, ValueError, IndexError, ZeroDivisionError, OverflowError, AttributeError) as error:
            came = ", ".join(named(type_) for type_ in self.types)
            message = f"{self.use.name} cannot take {came or 'no input'} with these arguments ({error})."
            raise ShapeError(message, came=came) from error
        _check_sizes(self.use.name, types)
        outputs = dict(zip(self.outputs, types, strict=True))
        learnt = sum(_elements(w.shape) for w in weights.values() if w.learnt)
        kept = sum(_elements(w.shape) for w in weights.values() if not w.learnt)
        totals = Totals(learnt, kept, example_size(macs), sum(example_bytes(type_) for type_ in types))
        return Unit({}, inputs, outputs, block, None, weights, totals)

    def _repeated(self, inputs: dict[str, Any]) -> tuple[tuple[Unit, ...], Mapping[str, WireType]]:
        repeat = self.node.repeat
        assert repeat is not None
        count = count_of(repeat.count, self.scope, self.node, "repeat")
        units: list[Unit] = []
        current: dict[str, Any] = inputs
        while len(units) < count:
            unit = self._once(current, len(units))
            units.append(unit)
            if None in unit.outputs.values():
                return tuple(units), dict.fromkeys(self.outputs)
            following = self._carried(current, unit.outputs)
            if not self.state.uses_index and self.evaluator._same_types(following, current):
                units.extend([unit] * (count - len(units)))
            current = following
        outputs = units[-1].outputs
        if self.evaluator.tracing:
            outputs = grown([unit.outputs for unit in units], count)
        return tuple(units), outputs

    def _carried(self, inputs: dict[str, Any], outputs: Mapping[str, WireType]) -> dict[str, Any]:
        """Inputs of the next copy: what came out of this one, and what is given to every copy."""
        following = dict(inputs)
        matched = [name for name in outputs if name in inputs]
        for name in matched:
            following[name] = outputs[name]
        if not matched:
            first, type_ = next(iter(inputs), None), next(iter(outputs.values()), None)
            if first is None or len(outputs) != 1:
                message = (
                    f"“{self.node.name}” is repeated, but no output is named like an input, so that nothing says where "
                    f"what comes out of one copy ({', '.join(outputs)}) enters the next ({', '.join(inputs)})."
                )
                raise Refusal(Problem(message, self.scope.path(self.node, "repeat")))
            following[first] = (type_,) if isinstance(inputs[first], tuple) else type_
        return following

    def _scanned(self, inputs: dict[str, Any]) -> tuple[Unit, Mapping[str, WireType], int]:
        scan = self.node.scan
        assert scan is not None
        stepped = dict(inputs)
        length: Any = None
        for name in scan.sliced:
            type_ = inputs.get(name)
            if not isinstance(type_, TensorType) or not -type_.rank <= scan.dim < type_.rank:
                message = f"“{self.node.name}” steps along dimension {scan.dim} of “{name}”, which is {named(type_)}."
                raise Refusal(Problem(message, self.scope.path(self.node, "scan"), came=named(type_)))
            dim = scan.dim % type_.rank
            length = type_.shape[dim]
            stepped[name] = type_.with_shape(*type_.shape[:dim], *type_.shape[dim + 1 :])
        if length is None:
            length = count_of(scan.count, self.scope, self.node, "scan")
        unit = self._once(stepped, None)
        outputs: dict[str, WireType] = {}
        for name, type_ in unit.outputs.items():
            if name in stepped and name not in scan.sliced:
                self._check_carried(name, stepped[name], type_)
                outputs[name] = type_
            elif isinstance(type_, TensorType):
                dim = scan.dim % (type_.rank + 1)
                outputs[name] = type_.with_shape(*type_.shape[:dim], length, *type_.shape[dim:])
            else:
                outputs[name] = None
        return unit, outputs, example_size(length)

    def _check_carried(self, name: str, before: Any, after: Any) -> None:
        if before is None or after is None or before == after or isinstance(before, ModuleType):
            return
        if isinstance(before, TensorType) and isinstance(after, TensorType) and _agree(before, after):
            return
        message = (
            f"“{self.node.name}” carries “{name}” from step to step, so it must keep its type: "
            f"it goes in as {named(before)} and comes out as {named(after)}."
        )
        raise Refusal(Problem(message, self.scope.path(self.node, name), expected=named(before), came=named(after)))


NOT_WIRED: Any = type("NotWired", (), {"__repr__": lambda self: "not wired"})()


def _any_unknown(given: Mapping[str, Any]) -> bool:
    return any(value is None or (value.__class__ is tuple and None in value) for value in given.values())


def _agree(a: TensorType, b: TensorType) -> bool:
    if a.rank != b.rank or a.dtype != b.dtype:
        return False
    return all(x == y or isinstance(x, Symbol) or isinstance(y, Symbol) for x, y in zip(a.shape, b.shape, strict=True))


def _check_sizes(name: str, types: tuple[Any, ...]) -> None:
    for type_ in types:
        if isinstance(type_, TensorType) and any(isinstance(dim, int) and not 0 <= dim <= 2**40 for dim in type_.shape):
            raise ShapeError(f"{name} would give {type_}, which is larger than anything can be.", came=str(type_))


def _elements(shape: tuple[Any, ...]) -> int:
    count = 1
    for dim in shape:
        count *= example_size(dim)
    return count


def _sum(units: tuple[Unit, ...]) -> Totals:
    total = NOTHING
    for unit in units:
        total = total + unit.totals
    return total


def _untied(node: Node, units: tuple[Unit, ...], totals: Totals) -> Totals:
    """Totals without the parameters that are another node's."""
    tied = 0
    for own in node.ties:
        for unit in units:
            weight = weight_at(unit, own)
            if weight is not None and weight.learnt:
                tied += _elements(weight.shape)
    return Totals(totals.parameters - tied, totals.buffers, totals.macs, totals.activation_bytes)
