"""Every distinct instance of every graph, over all presets, with provenance on its sizes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from msgspec.structs import replace

from app.codegen.instance import Instance, Root, traced_value
from app.codegen.source import GenerationError
from app.codegen.tracing import Tracer, Traces, walk
from app.core.block import Library
from app.core.document import Document, Kind, Model, Node, Use
from app.core.elaborate import Elaboration, GraphResult, elaborate
from app.core.recipe import evaluated
from app.core.resolve import Scope, graph_arguments
from app.core.symbolic import Symbol
from app.core.tensor_type import ABSENT, TensorType


class Collection:
    """What is generated from: instances of graphs, by name and in order of appearance, and each model's roots."""

    def __init__(
        self, document: Document, library: Library, preset: str | None, before: Elaboration | None = None
    ) -> None:
        self.document = document
        self.library = library
        self.preset = preset or document.preset
        self.chosen = chosen = self._chosen(before)
        errors = [problem for problem in chosen.problems if problem.severity == "error"]
        if errors:
            raise GenerationError(errors[0].message, errors[0].path)
        self.sound = [found for found in self._elaborations() if found.is_sound]
        traces = chosen.memory.traced
        if not isinstance(traces, Traces):
            traces = chosen.memory.traced = Traces()
        traces.begin()
        self.tracer = Tracer(document, library, traces, chosen_arguments(chosen))

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
        """Distinct instances reached from these results, children before parents where they nest."""
        order: dict[str, None] = {}
        found: dict[str, list[Instance]] = {}
        seen: set[Any] = set()
        met: list[GraphResult] = []

        def visit(result: GraphResult) -> None:
            key = (result.graph.name, tuple(result.arguments.items()), tuple(result.inputs.values()))
            if key in seen:
                return
            seen.add(key)
            met.append(result)
            for identity in result.graph.nodes:
                node = result.nodes.get(identity)
                if node is None or (node.node.use.kind is Kind.MODEL and not through_models):
                    continue
                for copy in dict.fromkeys(map(_Same, node.copies)):
                    visit(copy.value)
            order.setdefault(result.graph.name)
            found.setdefault(result.graph.name, []).append(self._traced(result))

        for result in results:
            visit(result)
        for result in met:  # grows while it is walked
            for node in result.graph.nodes.values():
                for other in _never_chosen(node, found):
                    for copy in self.forced(result, other).nodes[node.id].copies:
                        visit(copy)
        return {name: found[name] for name in self._children_first(order)}

    def _children_first(self, names: Iterable[str]) -> list[str]:
        """Graphs after those that they hold, under whichever preset; else in the given order."""
        given, placed = list(names), dict[str, None]()

        def place(name: str) -> None:
            if name in placed:
                return
            for node in self.document.graphs[name].nodes.values():
                for use in (node.use, *(case.use for case in node.cases)):
                    if use.kind is Kind.GRAPH and use.name in given:
                        place(use.name)
            placed.setdefault(name)

        for name in given:
            place(name)
        return list(placed)

    def _traced(self, result: GraphResult) -> Instance:
        return self.tracer.own(result.graph, result.arguments, tuple(result.inputs.values()))

    def forced(self, result: GraphResult, node: Node) -> GraphResult:
        """The result with one node as it would be if it were chosen here; as it is where that could not be built."""
        found = self.tracer.once_more(result, node)
        if found.problem is not None or any(_is_broken(copy) for copy in found.copies):
            return result
        return GraphResult(
            result.graph,
            result.arguments,
            result.inputs,
            result.outputs,
            {**result.nodes, node.id: found},
            result.totals,
            result.problems,
            result.instances,
        )

    def roots(self, model: Model) -> list[Root]:
        """The model's instance under each sound preset, over the document's arguments; the chosen preset's first."""
        graph = self.document.graphs[model.graph]
        roots: list[Root] = []
        for elaboration in sorted(self.sound, key=lambda found: found is not self.chosen):
            names = {name: traced_value(name, value) for name, value in elaboration.values.items()}
            scope = Scope(graph, names)
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


def _never_chosen(node: Node, found: Mapping[str, Any]) -> Iterator[Node]:
    """What the node would be with graphs that no preset chooses: who sets the argument otherwise must get them."""
    if node.mute or node.bypass:
        return
    for use, arguments in (*((case.use, case.arguments) for case in node.cases), (node.use, node.arguments)):
        if use.kind is Kind.GRAPH and use.name not in found:
            yield replace(node, use=use, arguments=arguments, cases=(), enabled=None)


def _is_broken(result: GraphResult) -> bool:
    return bool(result.problems) or any(type_ is ABSENT for inner in walk(result) for type_ in inner.outputs.values())


class _Same:
    """An object that equals only itself."""

    __slots__ = ("value",)

    def __init__(self, value: GraphResult) -> None:
        self.value = value

    def __hash__(self) -> int:
        return id(self.value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.value is self.value


def chosen_arguments(elaboration: Elaboration) -> dict[str, Mapping[str, Any]]:
    return {name: result.arguments for name, result in elaboration.models.items()}


def _stand_in(model: Model) -> Any:
    return Node(id=model.name, name=model.name, use=Use(Kind.GRAPH, model.graph), arguments=model.arguments)
