"""Elaborating one instance of a graph, doing again only what changed.

The fast path is ``Evaluator.instance``: it starts from the last result of the same graph, finds the nodes that differ
by identity, and walks on from them in topological order until outputs stop changing. Each node remembers what it gave
for the types that it has seen.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.core.block import Library
from app.core.changed import NO_CHANGE, Change, change_of, dirty_nodes
from app.core.checks import static_problems
from app.core.document import BOUNDARY, SELF, Document, Graph, Kind, Model, Node, Use
from app.core.memory import MOST_EDITS, Kept, Memory, NodeState, exact, trace_key
from app.core.node_evaluation import DANGLING, NodeEvaluation
from app.core.plan import Plan, references
from app.core.problems import Problem, ShapeError
from app.core.reach import Reach
from app.core.resolve import Origins, Refusal, Scope, Unknown
from app.core.results import NOTHING, GraphResult, NodeResult, Unit
from app.core.sums import ending_problems, problems_of, totals_of
from app.core.tensor_type import ModuleType, WireType

DEEPEST = 50
"""Graphs within one another: beyond it nothing can be meant."""


MOST_EVALUATIONS = 50_000
"""Nodes and copies that one elaboration looks at."""


class Evaluator:
    """Elaborates instances for one document. With ``tracing``, sizes carry provenance and equal ints are told apart."""

    def __init__(
        self,
        document: Document,
        library: Library,
        memory: Memory,
        models: Mapping[str, Mapping[str, Any]],
        tracing: bool = False,
        types: Mapping[str, tuple[WireType, ...]] | None = None,
    ) -> None:
        """``models`` gives the argument values of each model, ``types`` those of its inputs as it declares them."""
        self.document = document
        self.library = library
        self.memory = memory
        self.models = models
        self.types = types or {}
        self.tracing = tracing
        self._graph_stamps: dict[str, tuple[int, ...]] = {}
        self._model_stamps: dict[str, tuple[int, ...]] = {}
        self._changes: dict[tuple[int, int], Change | None] = {}
        self._reach: Reach | None = None
        self.evaluations = 0

    # -- instances -------------------------------------------------------------------------------------------------

    def instance(self, graph: Graph, arguments: Mapping[str, Any], types: tuple[WireType, ...]) -> GraphResult:
        """The graph for these argument values and input types (in the order of its inputs)."""
        stamp = self.stamp(Kind.GRAPH, graph.name)
        if self.tracing:
            key: Any = (stamp, trace_key(arguments), trace_key(types))
        else:
            key = (stamp, exact(tuple(arguments.values())), types)
        found = self.memory.results.get(key)
        if found is None:
            self.memory.made += 1
            found = self.memory.results[key] = self._run(graph, arguments, types, stamp)
        return found

    def origins(self, arguments: Mapping[str, Any]) -> Origins | None:
        """How values remember what they were said by; not at all where only they themselves are wanted."""
        return None

    def spend(self, scope: Scope, node: Node) -> None:
        """Count an evaluation; refuse the one at which the document is larger than can be meant."""
        self.evaluations += 1
        self.memory.spent += 1
        if self.evaluations > MOST_EVALUATIONS:
            if self.evaluations > MOST_EVALUATIONS + 1:
                raise Unknown
            message = f"With “{node.name}” the document has more than {MOST_EVALUATIONS} different parts: repeat less."
            raise Refusal(Problem(message, scope.path(node), expected="fewer copies"))

    def stamp(self, kind: Kind, name: str) -> tuple[int, ...]:
        """Identities of everything that an instance of this graph or model depends on."""
        stamps = self._model_stamps if kind is Kind.MODEL else self._graph_stamps
        found = stamps.get(name)
        if found is None:
            found = stamps[name] = tuple([self._identity(*entry) for entry in self.reach.reached(kind, name)])
        return found

    def _identity(self, kind: Kind, name: str) -> int:
        """A number for a graph, or for a model with the values of its arguments.

        What is missing counts by what there is instead: a problem names it.
        """
        memory, document = self.memory, self.document
        if kind is not Kind.MODEL:
            graph = document.graphs.get(name)
            return -memory.number(("graphs", *document.graphs)) if graph is None else memory.serial(graph)
        model = document.models.get(name)
        if model is None:
            return -memory.number(("models", *document.models))
        known = self.models.get(name)
        return memory.number((memory.serial(model), None if known is None else exact(tuple(known.values()))))

    @property
    def reach(self) -> Reach:
        """Which graphs of the document hold which."""
        if self._reach is None:
            uses = {name: self.references(graph) for name, graph in self.document.graphs.items()}
            models = {name: model.graph for name, model in self.document.models.items()}
            self._reach = self.memory.reach_of(uses, models)
        return self._reach

    def references(self, graph: Graph) -> tuple[tuple[Kind, str], ...]:
        known = self.memory.references.get(id(graph))
        if known is not None and known[0] is graph:
            return known[1]
        kept = self.memory.kept.get(graph.name)
        change = self._change(kept, graph) if kept is not None and not self.tracing else None
        if kept is None or kept.graph is graph or change is None or change.is_outside:
            found = references(graph)
        else:
            found = self.references(kept.graph)
        self.memory.references[id(graph)] = (graph, found)
        return found

    def _change(self, kept: Kept, graph: Graph) -> Change | None:
        """``change_of`` the graph as it stood before this elaboration, worked out once."""
        key = (id(kept.graph), id(graph))
        if key not in self._changes:
            self._changes[key] = change_of(kept, graph)
        return self._changes[key]

    def _run(
        self, graph: Graph, arguments: Mapping[str, Any], types: tuple[WireType, ...], stamp: tuple[int, ...]
    ) -> GraphResult:
        inputs: dict[str, WireType] = {port.name: type_ for port, type_ in zip(graph.inputs, types, strict=True)}
        names: dict[str, Any] = {**inputs, **arguments}
        # taken out, since it is changed in place: what does not come to its end leaves nothing behind
        kept = None if self.tracing else self.memory.kept.pop(graph.name, None)
        change = self._change(kept, graph) if kept is not None and _has_inputs(kept.graph, graph) else None
        if kept is None or change is None:
            kept, change, plan = None, NO_CHANGE, self.memory.plan(graph)
        else:
            plan = kept.plan.looked_at_again(graph) if change.is_outside else kept.plan
        scope = Scope(graph, names, self.origins(arguments))
        states = self._states(graph, plan, kept, change)
        results: list[Any] = [None] * (len(plan.order) + 1) if kept is None else kept.results
        if kept is None or types is not kept.types:
            results[-1] = NodeResult(_BOUNDARY_NODE, {}, inputs)
        dirty = dirty_nodes(plan, kept, graph, names, types, stamp, change.ids, states)
        replaced = self._settle(scope, plan, results, states, dirty)
        nodes = self._nodes(graph, plan, kept, results, replaced)
        new = [results[position] for position in replaced]
        static = self._static(graph, plan, kept, change)
        outputs = self._outputs(graph, plan, inputs, nodes)
        problems = problems_of(nodes, plan, static, kept, new)
        problems = ending_problems(problems, graph, plan, nodes, outputs)
        totals = totals_of(nodes, kept, new)
        result = GraphResult(graph, arguments, inputs, outputs, nodes, totals, problems, plan.instances)
        if not self.tracing:
            self.memory.kept[graph.name] = Kept(graph, plan, names, types, stamp, static, result, results, states)
        return result

    def _states(self, graph: Graph, plan: Plan, kept: Kept | None, change: Change) -> list[NodeState]:
        """What is remembered about each node, by position."""
        if kept is not None and not change.ids:
            return kept.states
        states: list[Any] = [None] * len(plan.order) if kept is None else kept.states
        again = plan.order if kept is None else [identity for identity in change.ids if identity in plan.position]
        known = self.memory.nodes.setdefault(graph.name, {})
        if len(known) > 2 * (len(graph.nodes) + MOST_EDITS):
            alive = {id(node): known[id(node)] for node in graph.nodes.values() if id(node) in known}
            known = self.memory.nodes[graph.name] = alive | dict(list(known.items())[-MOST_EDITS:])
        for identity in again:
            node = graph.nodes[identity]
            state = known.get(id(node))
            if state is None:
                state = known[id(node)] = NodeState(node)
            states[plan.position[identity]] = state.feed(plan.feeds[identity].ports)
        return states

    def _static(self, graph: Graph, plan: Plan, kept: Kept | None, change: Change) -> tuple[Problem, ...]:
        if kept is not None and not change.is_outside:
            same_boundary = kept.graph.inputs is graph.inputs and kept.graph.outputs is graph.outputs
            same_rules = kept.graph.initial is graph.initial and kept.graph.sequential == graph.sequential
            if same_boundary and same_rules and kept.graph.arguments is graph.arguments:
                return kept.static
        return static_problems(graph, plan)

    def _settle(
        self,
        scope: Scope,
        plan: Plan,
        results: list[Any],
        states: list[NodeState],
        dirty: bytearray,
    ) -> list[int]:
        """Evaluate what is dirty and whatever follows from it; gives the positions whose results are others."""
        only, wires, consumers = plan.only, plan.wires, plan.consumers
        replaced: list[int] = []
        position = dirty.find(1)
        while position >= 0:
            dirty[position] = 0
            wire = only[position]
            if wire is None:
                came: Any = tuple([results[source].outputs.get(port, DANGLING) for source, port in wires[position]])
            else:
                came = results[wire[0]].outputs.get(wire[1], DANGLING)
            result = states[position].memo.get(came)
            if result is None:
                result = self._looked_up(scope, plan, states[position], came if wire is None else (came,))
            old = results[position]
            if result is not old:
                results[position] = result
                replaced.append(position)
                if old is None or not self._same_types(old.outputs, result.outputs):
                    for consumer in consumers[position]:
                        dirty[consumer] = 1
            position = dirty.find(1, position)
        return replaced

    def _same_types(self, a: Mapping[str, Any], b: Mapping[str, Any]) -> bool:
        return trace_key(tuple(a.items())) == trace_key(tuple(b.items())) if self.tracing else a == b

    def _looked_up(self, scope: Scope, plan: Plan, state: NodeState, types: tuple[WireType, ...]) -> NodeResult:
        """The result of a node that its state does not give at once."""
        if state.is_plain and not self.tracing:
            result = NodeEvaluation(self, scope, state, state.ports, types, False, state.plain).result()
            return state.plain.remember(types[0] if len(types) == 1 else types, result)
        if state.has_instance and state.node.id in plan.module_nodes:
            # each time anew, so that what is remembered of who calls it is never of another time
            return NodeEvaluation(self, scope, state, state.ports, types, True).result()
        names = scope.names
        settled_key: Any = tuple([exact(names.get(name)) for name in state.names]) if state.names else ()
        if settled_key and not names.keys() >= set(state.names):
            settled_key = (settled_key, tuple(sorted(names)))  # the problem says which names there are
        key: Any = (state.ports, types)
        if self.tracing:
            texts = scope.origins.texts if scope.origins is not None else {}
            said = tuple([texts.get(name) for name in state.names])
            settled_key, key = (trace_key(settled_key), said), (state.ports, trace_key(types))
        if state.has_instance:
            key = (key, tuple([self.stamp(u.kind, u.name) for u in state.node.uses]))
        settled = state.settle(settled_key)
        known = settled.memo.get(key)
        if known is None:
            known = NodeEvaluation(self, scope, state, state.ports, types, False, settled).result()
            settled.remember(key, known)
        return known

    def once_more(self, result: GraphResult, node: Node) -> NodeResult:
        """A node of an instance as it would be with other settings, fed by what feeds it there."""
        return self._evaluation(result, node).result()

    def by_index(self, result: GraphResult, node: Node) -> tuple[Unit, ...]:
        """The copies of a repeat in an instance, said by their numbers; none where nothing hangs on these."""
        try:
            return self._evaluation(result, node).by_index(result.nodes[node.id].units)
        except (Refusal, ShapeError, Unknown):
            return ()

    def _evaluation(self, result: GraphResult, node: Node) -> NodeEvaluation:
        graph = result.graph
        feed = self.memory.plan(graph).feeds[node.id]
        types = tuple(result.wire(source, port) for source, port in feed.sources)
        scope = Scope(graph, {**result.inputs, **result.arguments}, self.origins(result.arguments))
        return NodeEvaluation(self, scope, NodeState(node), feed.ports, types, False)

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

    def _cyclic(self, graph: Graph, plan: Plan) -> dict[str, NodeResult]:
        """Results of nodes that cannot be evaluated, because they feed themselves."""
        return {identity: NodeResult(graph.nodes[identity], {}, {}) for identity in plan.cyclic}

    def _nodes(
        self, graph: Graph, plan: Plan, kept: Kept | None, results: list[NodeResult], replaced: list[int]
    ) -> dict[str, NodeResult]:
        """Results by the nodes' ids. What is only settled once all nodes are counts as replaced, too."""
        nodes = {} if kept is None else dict(kept.result.nodes)
        if plan.cyclic:
            nodes |= self._cyclic(graph, plan)
        if 4 * len(replaced) > len(plan.order):
            nodes.update(zip(plan.order, results, strict=False))  # but for the last, which is no node
        else:
            nodes.update([(plan.order[position], results[position]) for position in replaced])
        if plan.module_nodes:
            completed: list[tuple[NodeResult | None, NodeResult]] = []
            self._complete_modules(graph, plan, nodes, completed)
            for _, new in completed:
                position = plan.position[new.node.id]
                results[position] = new
                if position not in replaced:
                    replaced.append(position)
        return nodes

    def _outputs(
        self, graph: Graph, plan: Plan, inputs: Mapping[str, WireType], nodes: Mapping[str, NodeResult]
    ) -> dict[str, WireType]:
        outputs: dict[str, WireType] = {}
        for port in graph.outputs:
            source = plan.outputs.get(port.name)
            if source is None:
                outputs[port.name] = None
            elif source[0] == BOUNDARY:
                outputs[port.name] = inputs.get(source[1])
            else:
                outputs[port.name] = nodes[source[0]].outputs.get(source[1])
        return outputs

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
        if scope.graph.name in self.reach.graphs_in(name):
            way = " → ".join([scope.graph.name, *self.reach.way(name, scope.graph.name)])
            message = f"“{node.name}” puts {scope.graph.name} into itself: {way}. Take one of these nodes away."
            raise Refusal(Problem(message, scope.path(node), expected="a graph that does not hold itself", came=name))
        if self.reach.height(name) > DEEPEST:
            message = f"“{node.name}” holds graphs in graphs more than {DEEPEST} deep. Put fewer into one another."
            raise Refusal(Problem(message, scope.path(node), expected=f"at most {DEEPEST}", came=name))
        return graph

    def model_of(self, use: Use, scope: Scope, node: Node) -> Model:
        model = self.document.models.get(use.name)
        if model is None:
            known = ", ".join(self.document.models) or "none"
            message = f"“{node.name}” calls the model “{use.name}”, which this document does not have ({known})."
            raise Refusal(Problem(message, scope.path(node), expected="a model of this document", came=use.name))
        return model


_BOUNDARY_NODE = Node(id=BOUNDARY, name=BOUNDARY, use=Use(Kind.BLOCK, ""))


def _has_inputs(old: Graph, new: Graph) -> bool:
    return old.inputs is new.inputs or old.inputs == new.inputs
