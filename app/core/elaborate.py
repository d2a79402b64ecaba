"""From a document to every instance resolved: types, weights, costs, problems.

``elaborate(document, library)`` is pure; given the elaboration before the edit, it does only what the edit made
needful. Results are shared by identity wherever nothing changed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from app.core.block import Field, Library, Metric, Source
from app.core.document import BOUNDARY, DataSource, Document, Kind, Model, Node, Recipe, Use
from app.core.goals import goal_problems
from app.core.instances import MOST_EVALUATIONS, Evaluator
from app.core.memory import Memory
from app.core.names import why_not_variable
from app.core.problems import Path, Problem, Severity, ShapeError
from app.core.recipe import RecipeError, evaluated, numbers_of, recipe_of, recipe_problem, runs_of
from app.core.resolve import (
    Refusal,
    Scope,
    Unknown,
    check_graph_argument,
    formulas_in,
    graph_arguments,
    make_block,
    why_not_value,
)
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
from app.core.symbolic import Symbol
from app.core.tensor_type import ABSENT, DTYPES, TensorType, WireType

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
    memory = before.memory if before is not None else Memory()
    if memory.library is not library:
        memory = Memory()
    memory.prune()
    memory.library = library
    return _Pass(document, library, preset, memory).run()


def input_types(model: Model, values: Mapping[str, Any]) -> dict[str, TensorType]:
    """Types of a model's inputs for values of the document's arguments; raises RecipeError."""
    return {name: _input_type(model, name, values) for name in model.inputs}


def _input_type(model: Model, name: str, values: Mapping[str, Any]) -> TensorType:
    declared = model.inputs[name]
    part = f"{model.name}.{name}"
    if declared.dtype not in DTYPES:
        raise RecipeError(f"{part}: there is no element type “{declared.dtype}”.", part)
    return TensorType([_size(size, values, part) for size in declared.shape], declared.dtype)


def _size(size: Any, values: Mapping[str, Any], part: str) -> Any:
    if isinstance(size, str) and not size.startswith("="):
        if not size.isidentifier():
            raise RecipeError(f"{part}: a size is a number, a formula or a name such as B; “{size}” came.", part)
        return Symbol(size)
    found = evaluated(size, values, part)
    if isinstance(found, bool) or not isinstance(found, int) or not 0 <= found <= 2**40:
        raise RecipeError(f"{part}: expected a size, a whole number from 0; {found!r} came.", part)
    return found


def source_fields(
    data: DataSource, library: Library, values: Mapping[str, Any]
) -> tuple[Source | None, tuple[Field, ...]]:
    """The source block with its arguments' values and what it yields; raises Refusal or RecipeError."""
    node = Node(id="data", name="data", use=Use(Kind.BLOCK, data.block))
    scope = Scope(_NOWHERE, values)
    made = make_block(library, data.block, data.arguments, scope, node, None)
    if not isinstance(made, Source):
        message = f"The recipe's data come from “{data.block}”, which is a block but not a data source."
        raise Refusal(Problem(message, Path("", "", "data"), expected="a data source", came=data.block))
    try:
        return made, made.fields()
    except ShapeError as error:  # its arguments contradict each other
        raise Refusal(error.at(scope.path(node))) from error
    except (ValueError, TypeError, ArithmeticError, LookupError, OSError) as error:
        message = f"{data.block} cannot say what it gives with these arguments: {error}."
        raise Refusal(Problem(message, scope.path(node))) from error


class _Nowhere:
    """Stands for the graph that a recipe's data source is in."""

    name = ""


_NOWHERE: Any = _Nowhere()


class _Pass:
    """One elaboration of one document."""

    def __init__(self, document: Document, library: Library, preset: str | None, memory: Memory) -> None:
        self.document = document
        self.library = library
        self.preset = preset if preset is not None else document.preset
        self.memory = memory
        self.problems: list[Problem] = []
        self.values = document.values(self.preset)
        self.bad: set[str] = set()
        """Document arguments whose value is wrong: what leans on them is unknown, and no second problem."""
        self.arguments: dict[str, dict[str, Any]] = {}
        self.evaluator = Evaluator(document, library, memory, self.arguments)

    def run(self) -> Elaboration:
        self._check_values()
        for model in self.document.models.values():
            self._model_arguments(model)
        models = {name: result for name, model in self.document.models.items() if (result := self._model(model))}
        steps = self._steps(models)
        self._idle(models, steps)
        self.problems.extend(goal_problems(self.document))
        seen: dict[tuple[str, str, str], Problem] = {}
        for problem in self.problems:
            path = problem.path
            seen.setdefault((path.graph, path.node, problem.message if not path.node else ""), problem)
        if self.evaluator.evaluations > MOST_EVALUATIONS:
            self.memory = Memory()  # some of what it remembers is unknown only for having been too much
        totals = together(result.totals for result in models.values())
        problems = tuple(seen.values())
        return Elaboration(self.document, self.preset, self.values, models, steps, problems, totals, self.memory)

    def _leans(self, *values: Any) -> bool:
        """Whether formulas among these values are over an argument that is wrong."""
        return bool(self.bad) and not self.bad.isdisjoint(formulas_in(*values))

    def _check_values(self) -> None:
        if self.preset and self.preset not in self.document.presets:
            known = ", ".join(self.document.presets) or "none"
            message = f"There is no preset “{self.preset}” ({known}); the arguments' defaults are taken."
            path = Path("", "", "preset")
            self.problems.append(Problem(message, path, Severity.WARNING, expected=known, came=self.preset))
        declared = {argument.name for argument in self.document.arguments}
        for argument in self.document.arguments:
            path = Path("", "", argument.name)
            reason = why_not_variable(argument.name)
            if reason is not None:
                self.problems.append(Problem(f"The document's argument “{argument.name}” {reason}.", path))
            try:
                check_graph_argument(argument, self.values[argument.name], path)
            except Refusal as refusal:
                self.bad.add(argument.name)
                self.problems.append(refusal.problem)
        for name in self.values:
            if name not in declared:
                self.bad.add(name)
                message = f"The preset “{self.preset}” sets “{name}”, which is no argument of the document."
                self.problems.append(Problem(message, Path("", "", name), came=name))

    # -- models ----------------------------------------------------------------------------------------------------

    def _model_arguments(self, model: Model) -> None:
        graph = self.document.graphs.get(model.graph)
        node = Node(id=model.name, name=model.name, use=Use(Kind.GRAPH, model.graph))
        if graph is None or self._leans(*model.arguments.values()):
            return
        try:
            scope = Scope(_NOWHERE, self.values)
            self.arguments[model.name] = graph_arguments(graph, model.arguments, scope, node, None)
        except Refusal as refusal:
            self.problems.append(refusal.problem)
        except Unknown:  # it leans on what is wrong elsewhere
            return

    def _model(self, model: Model) -> GraphResult | None:
        graph = self.document.graphs.get(model.graph)
        if graph is None:
            message = f"The model “{model.name}” is an instance of “{model.graph}”, which this document does not have."
            self.problems.append(Problem(message, Path("", model.name), came=model.graph))
            return None
        if model.name not in self.arguments:
            return None
        reason = why_not_variable(model.name)
        if reason is not None:
            self.problems.append(Problem(f"The model's name “{model.name}” {reason}.", Path("", model.name)))
        types = self._model_inputs(model)
        source = self.document.models.get(model.average_of) if model.average_of else None
        if model.average_of and (source is None or source.graph != model.graph):
            message = f"“{model.name}” follows “{model.average_of}”, which is not a model of the same graph."
            self.problems.append(Problem(message, Path("", model.name), came=model.average_of))
        given = tuple(types.get(port.name) for port in graph.inputs)
        result = self.evaluator.instance(graph, self.arguments[model.name], given)
        self.problems.extend(result.problems)
        return result

    def _model_inputs(self, model: Model) -> dict[str, WireType]:
        graph = self.document.graphs[model.graph]
        types: dict[str, WireType] = {}
        for port in graph.inputs:
            if port.name not in model.inputs:
                if not port.optional:
                    message = f"The model “{model.name}” does not say what its input “{port.name}” is."
                    self.problems.append(Problem(message, Path("", model.name, port.name), expected="a shape"))
                else:
                    types[port.name] = ABSENT
                continue
            if self._leans(*model.inputs[port.name].shape):
                continue
            try:
                types[port.name] = _input_type(model, port.name, self.values)
            except RecipeError as error:
                self.problems.append(Problem(str(error), Path("", model.name, port.name)))
        return types

    # -- the recipe ------------------------------------------------------------------------------------------------

    def _steps(self, models: Mapping[str, GraphResult]) -> dict[str, GraphResult]:
        recipe = self._recipe()
        if recipe is None:
            return {}
        fields = self._fields(recipe)
        known = {field.name: field.type for field in fields}
        self._check_phases(recipe)
        self._check_numbers(recipe)
        steps: dict[str, GraphResult] = {}
        metrics = {f"evaluation {evaluation.name}" for evaluation in recipe.evaluations}
        for name, arguments, feeds, where in runs_of(recipe):
            result = self._step(name, arguments, feeds, where, known)
            if result is not None:
                steps.setdefault(name, result)
                self._check_weights(result, models)
                if where in metrics:
                    self.problems.extend(_no_metrics(result, where))
        return steps

    def _recipe(self) -> Recipe | None:
        """The recipe under the preset; values that it cannot have are problems, and left out."""
        chosen = self.document.chosen(self.preset)
        known = self.memory.recipe
        if known is None or known[0] is not self.document.recipe or known[1] is not chosen:
            errors: list[RecipeError] = []
            made = recipe_of(self.document, self.preset, errors)
            known = self.memory.recipe = (self.document.recipe, chosen, made, errors)
        self.problems.extend(recipe_problem(str(error), error.part) for error in known[3])
        found: Recipe | None = known[2]
        return found

    def _fields(self, recipe: Recipe) -> tuple[Field, ...]:
        if self._leans(*recipe.data.arguments.values()):
            return ()
        try:
            return source_fields(recipe.data, self.library, self.values)[1]
        except Refusal as refusal:
            self.problems.append(refusal.problem)
            return ()
        except Unknown:  # it leans on what is wrong elsewhere, which is said there
            return ()

    def _check_numbers(self, recipe: Recipe) -> None:
        for part, value, is_count in numbers_of(recipe):
            if self._leans(value):
                continue
            try:
                found = evaluated(value, self.values)
            except RecipeError as error:
                self.problems.append(recipe_problem(f"{part}: {error}", part))
                continue
            if is_count and (isinstance(found, bool) or not isinstance(found, int) or found < 1):
                message = f"{part}: expected a whole number of at least 1; {found!r} came."
                path = Path("", "", part)
                self.problems.append(Problem(message, path, expected="a whole number of at least 1", came=repr(found)))

    def _step(
        self,
        name: str,
        arguments: Mapping[str, Any],
        feeds: Mapping[str, str],
        where: str,
        known: Mapping[str, TensorType],
    ) -> GraphResult | None:
        graph = self.document.graphs.get(name)
        if graph is None:
            self.problems.append(
                recipe_problem(f"The {where} runs “{name}”, which this document does not have.", where)
            )
            return None
        node = Node(id=where, name=name, use=Use(Kind.GRAPH, name))
        if self._leans(*arguments.values()):
            return None
        try:
            values = graph_arguments(graph, arguments, Scope(_NOWHERE, self.values), node, None)
        except Refusal as refusal:
            self.problems.append(refusal.problem)
            return None
        except Unknown:  # it leans on what is wrong elsewhere
            return None
        types: list[WireType] = []
        for port in graph.inputs:
            field = feeds.get(port.name, port.name)
            if field not in known and known and not port.optional:
                message = (
                    f"The {where} needs “{field}” for the input “{port.name}” of {name}; the data give "
                    f"{', '.join(known) or 'nothing'}."
                )
                self.problems.append(Problem(message, Path(name, "", port.name), expected=", ".join(known), came=field))
            types.append(known.get(field, ABSENT if known and port.optional else None))
        result = self.evaluator.instance(graph, values, tuple(types))
        self.problems.extend(result.problems)
        return result

    def _check_phases(self, recipe: Recipe) -> None:
        for stage in recipe.stages:
            for phase in stage.phases:
                part = f"stages.{stage.name}.{phase.name}"
                for model in phase.models:
                    if model not in self.document.models:
                        message = f"The phase “{phase.name}” updates “{model}”, which is no model of this document."
                        self.problems.append(recipe_problem(message, part))
                graph = self.document.graphs.get(phase.step)
                if graph is not None and phase.minimise not in {port.name for port in graph.outputs}:
                    message = (
                        f"The phase “{phase.name}” minimises “{phase.minimise}”, which {phase.step} does not give."
                    )
                    self.problems.append(recipe_problem(message, part))

    def _check_weights(self, step: GraphResult, models: Mapping[str, GraphResult]) -> None:
        """A model that is called with other types than it declares must keep its weights."""
        for place, found in _calls(step):
            called, declared = found.units[0].instance, models.get(found.node.use.name)
            if called is None or declared is None or called is declared or called.problems or declared.problems:
                continue
            difference = weights_differ(called, declared)
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
            reached.update(name for kind, name in self.evaluator.reached(Kind.GRAPH, result.graph.name))
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
