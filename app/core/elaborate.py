"""From a document to every instance resolved: types, weights, costs, problems.

``elaborate(document, library)`` is pure; given the elaboration before the edit, it does only what the edit made
needful. Results are shared by identity wherever nothing changed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from app.core.block import Library, Metric
from app.core.code_blocks import code_problems, library_of
from app.core.document import BOUNDARY, Document, Kind
from app.core.frame import Start, input_types, source_fields
from app.core.instances import MOST_EVALUATIONS, Evaluator
from app.core.memory import Memory
from app.core.problems import Path, Problem
from app.core.resolve import why_not_value
from app.core.results import (
    EXAMPLE_LENGTH,
    Elaboration,
    GraphResult,
    NodeResult,
    Totals,
    Unit,
    state_of,
    together,
    walk,
)
from app.core.sums import weights_differ
from app.core.tensor_type import TensorType

__all__ = [
    "EXAMPLE_LENGTH",
    "Elaboration",
    "GraphResult",
    "NodeResult",
    "Totals",
    "Unit",
    "elaborate",
    "input_types",
    "source_fields",
    "state_of",
    "walk",
]


def elaborate(
    document: Document, library: Library, preset: str | None = None, before: Elaboration | None = None
) -> Elaboration:
    """Resolve every model and step graph of the document.

    ``preset``: its values for the document's arguments (None: the document's own choice). ``before``: an earlier
    elaboration to take over what has not changed from. Never raises for what a user can draw: whatever is wrong is a
    problem, and what depends on it is unknown.
    """
    library = library_of(document, library)
    memory = before.memory if before is not None else Memory()
    if memory.library is not library:
        memory = Memory()
    memory.prune()
    memory.library = library
    return _Pass(document, library, preset, memory).run()


class _Pass:
    """One elaboration of one document."""

    def __init__(self, document: Document, library: Library, preset: str | None, memory: Memory) -> None:
        self.document = document
        self.preset = preset if preset is not None else document.preset
        self.memory = memory
        self.frame = frame = memory.frame(document, library, self.preset)
        self.problems: list[Problem] = [*frame.problems]
        types = {start.name: start.types for start in frame.models if start.graph}
        self.evaluator = Evaluator(document, library, memory, frame.arguments, types=types)

    def run(self) -> Elaboration:
        frame = self.frame
        models = {start.name: result for start in frame.models if (result := self._started(start)) is not None}
        self.problems.extend(frame.recipe_problems)
        if self.document.codes:
            self.problems.extend(code_problems(self.document))
        steps = self._steps(models)
        self._check_minimised(steps)
        self._idle(models, steps)
        if self.evaluator.evaluations > MOST_EVALUATIONS:
            self.memory = Memory()  # some of what it remembers is unknown only for having been too much
        totals = together([result.totals for result in models.values()])
        problems = self._once() if self.problems else ()
        return Elaboration(self.document, self.preset, frame.values, models, steps, problems, totals, self.memory)

    def _once(self) -> tuple[Problem, ...]:
        """One problem for each cause, however many instances show it."""
        seen: dict[tuple[str, str, str], Problem] = {}
        for problem in self.problems:
            path = problem.path
            seen.setdefault((path.graph, path.node, problem.message if not path.node else ""), problem)
        return tuple(seen.values())

    def _started(self, start: Start) -> GraphResult | None:
        self.problems.extend(start.problems)
        if not start.graph:
            return None
        result = self.evaluator.instance(self.document.graphs[start.graph], start.arguments, start.types)
        self.problems.extend(result.problems)
        return result

    def _steps(self, models: Mapping[str, GraphResult]) -> dict[str, GraphResult]:
        steps: dict[str, GraphResult] = {}
        for start in self.frame.runs:
            result = self._started(start)
            if result is None:
                continue
            steps.setdefault(start.name, result)
            self._check_weights(result, models)
            if start.is_evaluation:
                self.problems.extend(_no_metrics(result, start.where))
        return steps

    def _check_minimised(self, steps: Mapping[str, GraphResult]) -> None:
        """What a phase minimises is one number: a gradient is of nothing else."""
        recipe = self.document.recipe
        for phase in [phase for stage in recipe.stages for phase in stage.phases] if recipe is not None else []:
            if not phase.minimise:  # nothing is: the step writes what it finds
                continue
            type_ = steps[phase.step].outputs.get(phase.minimise) if phase.step in steps else None
            if isinstance(type_, TensorType) and type_.rank:
                message = (
                    f"The phase “{phase.name}” minimises “{phase.minimise}” of {phase.step}, which is {type_}: "
                    "expected one number. Let the loss reduce to its mean, or put a Mean over all dimensions behind it."
                )
                path = Path(phase.step, "", phase.minimise)
                self.problems.append(Problem(message, path, expected="one number", came=str(type_)))

    def _check_weights(self, step: GraphResult, models: Mapping[str, GraphResult]) -> None:
        """A model that is called with other types than it declares must keep its weights."""
        for place, found in _calls(step):
            called, declared = found.units[0].instance, models.get(found.node.use.name)
            if called is None or declared is None or called is declared or called.problems or declared.problems:
                continue
            difference = weights_differ(called, declared, self.memory.alike)
            if difference is not None:
                came = ", ".join(str(type_) for type_ in called.inputs.values())
                wants = ", ".join(str(type_) for type_ in declared.inputs.values())
                message = f"“{found.node.use.name}” is made for {wants}, but is called here with {came}: {difference}."
                path = Path(place.graph.name, found.node.id)
                self.problems.append(Problem(message, path, expected=wants, came=came))

    def _idle(self, models: Mapping[str, GraphResult], steps: Mapping[str, GraphResult]) -> None:
        """Graphs that nothing uses have no types yet; what is wrong with them in themselves is still said."""
        reached: set[str] = set()
        for result in (*models.values(), *steps.values()):
            if result.graph.name not in reached:
                reached |= self.evaluator.reach.graphs_in(result.graph.name)
        for name, graph in self.document.graphs.items():
            if name not in reached:
                defaults = {a.name: None if why_not_value(a, a.default) else a.default for a in graph.arguments}
                result = self.evaluator.instance(graph, defaults, (None,) * len(graph.inputs))
                self.problems.extend(result.problems)


def _calls(step: GraphResult) -> Iterator[tuple[GraphResult, NodeResult]]:
    """The nodes that call models, in a step graph and in the graphs inside it, each with where it stands."""
    seen: set[int] = set()
    waiting = [step]
    for place in waiting:  # grows while it is walked
        for identity in place.instances:
            found = place.nodes.get(identity)
            if found is None or not found.units:
                continue
            if found.node.use.kind is Kind.MODEL:
                yield place, found
            for inner in found.copies:
                if found.node.use.kind is not Kind.MODEL and id(inner) not in seen:
                    seen.add(id(inner))
                    waiting.append(inner)


def _no_metrics(result: GraphResult, where: str) -> Iterator[Problem]:
    """Outputs of an evaluation that are no metrics; what is unknown is not judged."""
    for edge in result.graph.edges:
        found = result.nodes.get(edge.source.node)
        if edge.target.node != BOUNDARY or (edge.source.node != BOUNDARY and (found is None or not found.units)):
            continue
        block = found.units[0].block if found is not None else None
        if found is None or block is None or not isinstance(block.call(*found.units[0].inputs.values()), Metric):
            node = found.node.name if found is not None else edge.source.port
            message = (
                f"The output “{edge.target.port}” of the {where} comes from “{node}”, which is no metric. Outputs of "
                "an evaluation are metric blocks, which count over the whole split; MeanMetric does so for any number."
            )
            path = Path(result.graph.name, edge.source.node if found is not None else "", edge.target.port)
            yield Problem(message, path, expected="a metric block", came=node)
            continue
        made = found.outputs.get(edge.source.port)
        if isinstance(made, TensorType) and made.rank:
            message = (
                f"The output “{edge.target.port}” of the {where} is {made}, from “{found.node.name}”; an evaluation "
                "gives single numbers. Show it in a preview."
            )
            yield Problem(message, Path(result.graph.name, edge.source.node, edge.target.port), expected="a number")
