"""Every distinct instance of every graph, over all presets, with provenance on its sizes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from msgspec.structs import replace

from app.codegen.instance import Instance, Root, traced_values
from app.codegen.origins import Traceable, own_texts
from app.codegen.source import GenerationError
from app.codegen.tracing import Tracer, Traces
from app.codegen.visits import Visits, with_node
from app.core.block import Library
from app.core.code_blocks import NOT_ALLOWED, NOT_KNOWN, DocumentLibrary, library_of
from app.core.document import Document, Graph, Kind, Model, Node, Use
from app.core.elaborate import Elaboration, GraphResult, elaborate
from app.core.plan import Plan
from app.core.recipe import evaluated
from app.core.resolve import Scope, graph_arguments
from app.core.results import Unit
from app.core.symbolic import Symbol
from app.core.tensor_type import TensorType


class Collection:
    """What is generated from: instances of graphs, by name and in order of appearance, and each model's roots."""

    def __init__(
        self, document: Document, library: Library, preset: str | None, before: Elaboration | None = None
    ) -> None:
        self.document = document
        self.library = library_of(document, library)
        self.preset = preset or document.preset
        self.chosen = chosen = self._chosen(before)
        errors = [problem for problem in chosen.problems if problem.severity == "error"]
        if errors:
            raise GenerationError(errors[0].message, errors[0].path)
        every = self._elaborations()
        self._refuse_unknown(every)
        self.sound = [found for found in every if found.is_sound]
        traces = chosen.memory.traced
        if not isinstance(traces, Traces):
            traces = chosen.memory.traced = Traces()
        traces.begin()
        self._of_presets: set[int] = set()
        self.tracer = Tracer(document, self.library, traces, chosen_arguments(chosen))

    def plan(self, graph: Graph) -> Plan:
        """The graph's wires, in the order in which values are known."""
        return self.tracer.memory.plan(graph)

    def _refuse_unknown(self, every: Iterable[Elaboration]) -> None:
        """A preset that is unsound only for what nobody has run yet would be left out of the text."""
        if isinstance(self.library, DocumentLibrary):
            for problem in (problem for found in every for problem in found.problems):
                if problem.message.startswith((NOT_ALLOWED, NOT_KNOWN)):
                    raise GenerationError(problem.message, problem.path)
            self.library.missed.clear()

    def complete(self) -> None:
        """Once all is written: GenerationError where an alternative that no preset takes was not known."""
        if isinstance(self.library, DocumentLibrary) and self.library.missed:
            name = next(iter(self.library.missed.values())).name
            self.chosen.memory.traced = None  # what was written without it is not to be taken for the text
            raise GenerationError(f"{NOT_KNOWN} What {name} gives is found out by running it once.")

    def _chosen(self, before: Elaboration | None) -> Elaboration:
        if before is not None and before.document is self.document and before.preset == self.preset:
            return before
        return elaborate(self.document, self.library, self.preset, before)

    def _elaborations(self) -> list[Elaboration]:
        """One for each preset in the document's order: the classes' texts do not depend on which is chosen."""
        if self.preset not in self.document.presets:
            return [self.chosen]
        return [
            self.chosen if name == self.preset else elaborate(self.document, self.library, name, self.chosen)
            for name in self.document.presets
        ]

    def instances(self, results: Iterable[GraphResult], *, through_models: bool) -> dict[str, list[Instance]]:
        """Distinct instances reached from these results, children before parents where they nest; after those of the
        presets, those that show what holds beyond them.
        """
        visits = Visits(self.tracer, through_models)
        for result in results:
            visits.visit(result)
        self._of_presets = {id(instance) for instances in visits.found.values() for instance in instances}
        visits.go_beyond()
        return {name: visits.found[name] for name in self._children_first(visits.found)}

    def is_of_preset(self, instance: Instance) -> bool:
        """Whether some preset has this instance; others show only what holds beyond them."""
        return id(instance) in self._of_presets

    def _children_first(self, names: Iterable[str]) -> list[str]:
        """Graphs after those that they hold, under whichever preset; else in the given order."""
        given, placed = list(names), dict[str, None]()

        def place(name: str) -> None:
            if name in placed:
                return
            for node in self.document.graphs[name].nodes.values():
                for use in node.uses:
                    if use.kind is Kind.GRAPH and use.name in given:
                        place(use.name)
            placed.setdefault(name)

        for name in given:
            place(name)
        return list(placed)

    def forced(self, result: GraphResult, node: Node) -> GraphResult:
        """The result with one node as it would be if it were chosen here; as it is where that could not be built."""
        return self.with_node(result, node) or result

    def with_node(self, result: GraphResult, node: Node) -> GraphResult | None:
        """The result with one node as it would be if it were chosen here; None where that could not be built."""
        return with_node(self.tracer, result, node)

    def by_index(self, result: GraphResult, node: Node) -> tuple[Unit, ...]:
        """The copies of a repeat, said by their numbers; none where nothing hangs on these."""
        return self.tracer.by_index(result, node)

    def with_what_is_never_chosen(
        self, graph: Graph, results: Iterable[GraphResult]
    ) -> Callable[[GraphResult], GraphResult]:
        """An instance as it would be with the nodes that none of these instances enables."""
        nodes = [node for node in graph.nodes.values() if node.enabled and not (node.mute or node.bypass)]
        known = list(results)
        idle = [node for node in nodes if not any(result.nodes[node.id].active for result in known)]

        def located(result: GraphResult) -> GraphResult:
            for node in idle:
                other = self.forced(result, replace(node, enabled=None))
                result = other if other.nodes[node.id].units else result
            return result

        return located

    def roots(self, model: Model) -> list[Root]:
        """The model's instance under each sound preset, over the document's arguments; the chosen preset's first."""
        graph = self.document.graphs[model.graph]
        roots: list[Root] = []
        for elaboration in sorted(self.sound, key=lambda found: found is not self.chosen):
            names = traced_values(self.document.arguments, elaboration.values)
            scope = Scope(graph, names, Traceable(own_texts(elaboration.values)))
            node = _stand_in(model)
            arguments = graph_arguments(graph, model.arguments, scope, node, None)
            types = tuple(self._input_type(model, port.name, names) for port in graph.inputs)
            result = self.tracer.instance(graph, arguments, types)
            roots.append(Root(elaboration.values, result))
        return roots

    def _input_type(self, model: Model, port: str, names: Mapping[str, Any]) -> TensorType | None:
        declared = model.inputs.get(port)
        if declared is None:
            return None
        sizes: list[Any] = []
        for size in declared.shape:
            symbolic = isinstance(size, str) and not size.startswith("=")
            sizes.append(Symbol(size) if symbolic else evaluated(size, names))
        return TensorType(sizes, declared.dtype)


def chosen_arguments(elaboration: Elaboration) -> dict[str, Mapping[str, Any]]:
    return {name: result.arguments for name, result in elaboration.models.items()}


def _stand_in(model: Model) -> Any:
    return Node(id=model.name, name=model.name, use=Use(Kind.GRAPH, model.graph), arguments=model.arguments)
