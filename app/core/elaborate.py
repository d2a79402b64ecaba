"""From a document to every instance resolved: types, weights, costs, problems.

``elaborate(document, library)`` is pure; given the elaboration before the edit, it does only what the edit made
needful. Results are shared by identity wherever nothing changed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.core.block import Field, Library, Source
from app.core.document import DataSource, Document, Kind, Model, Node, Use
from app.core.instances import Evaluator, Memory
from app.core.names import why_not_variable
from app.core.problems import Path, Problem, ShapeError
from app.core.recipe import RecipeError, evaluated, recipe_of, recipe_problem, runs_of
from app.core.resolve import Refusal, Scope, check_graph_argument, graph_arguments, make_block
from app.core.results import (
    EXAMPLE_LENGTH,
    NOTHING,
    Elaboration,
    GraphResult,
    NodeResult,
    Totals,
    Unit,
    state_of,
    walk,
)
from app.core.symbolic import Symbol
from app.core.tensor_type import DTYPES, TensorType, WireType

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
    memory.prune()
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
        self.arguments: dict[str, dict[str, Any]] = {}
        self.evaluator = Evaluator(document, library, memory, self.arguments)

    def run(self) -> Elaboration:
        self._check_values()
        for model in self.document.models.values():
            self._model_arguments(model)
        models = {name: result for name, model in self.document.models.items() if (result := self._model(model))}
        steps = self._steps(models)
        self._idle(models, steps)
        seen: dict[tuple[str, str, str], Problem] = {}
        for problem in self.problems:
            path = problem.path
            seen.setdefault((path.graph, path.node, problem.message if not path.node else ""), problem)
        totals = NOTHING
        for result in models.values():
            totals = totals + result.totals
        problems = tuple(seen.values())
        return Elaboration(self.document, self.preset, self.values, models, steps, problems, totals, self.memory)

    def _check_values(self) -> None:
        declared = {argument.name for argument in self.document.arguments}
        for argument in self.document.arguments:
            path = Path("", "", argument.name)
            reason = why_not_variable(argument.name)
            if reason is not None:
                self.problems.append(Problem(f"The document's argument “{argument.name}” {reason}.", path))
            try:
                check_graph_argument(argument, self.values[argument.name], path)
            except Refusal as refusal:
                self.problems.append(refusal.problem)
        for name in self.values:
            if name not in declared:
                message = f"The preset “{self.preset}” sets “{name}”, which is no argument of the document."
                self.problems.append(Problem(message, Path("", "", name), came=name))

    # -- models ----------------------------------------------------------------------------------------------------

    def _model_arguments(self, model: Model) -> None:
        graph = self.document.graphs.get(model.graph)
        node = Node(id=model.name, name=model.name, use=Use(Kind.GRAPH, model.graph))
        if graph is None:
            return
        try:
            scope = Scope(_NOWHERE, self.values)
            self.arguments[model.name] = graph_arguments(graph, model.arguments, scope, node, None)
        except Refusal as refusal:
            self.problems.append(refusal.problem)

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
            part = f"{model.name}.{port.name}"
            if port.name not in model.inputs:
                if not port.optional:
                    message = f"The model “{model.name}” does not say what its input “{port.name}” is."
                    self.problems.append(Problem(message, Path("", model.name, port.name), expected="a shape"))
                continue
            try:
                types[port.name] = _input_type(model, port.name, self.values)
            except RecipeError as error:
                self.problems.append(Problem(str(error), Path("", model.name, part)))
        return types

    # -- the recipe ------------------------------------------------------------------------------------------------

    def _steps(self, models: Mapping[str, GraphResult]) -> dict[str, GraphResult]:
        try:
            recipe = recipe_of(self.document, self.preset)
        except RecipeError as error:
            self.problems.append(recipe_problem(str(error), error.part))
            return {}
        if recipe is None:
            return {}
        try:
            _, fields = source_fields(recipe.data, self.library, self.values)
        except Refusal as refusal:
            self.problems.append(refusal.problem)
            fields = ()
        known = {field.name: field.type for field in fields}
        self._check_phases(recipe)
        steps: dict[str, GraphResult] = {}
        for name, arguments, feeds, where in runs_of(recipe):
            result = self._step(name, arguments, feeds, where, known)
            if result is not None:
                steps.setdefault(name, result)
                self._check_weights(result, models)
        return steps

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
        try:
            values = graph_arguments(graph, arguments, Scope(_NOWHERE, self.values), node, None)
        except Refusal as refusal:
            self.problems.append(refusal.problem)
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
            types.append(known.get(field))
        result = self.evaluator.instance(graph, values, tuple(types))
        self.problems.extend(result.problems)
        return result

    def _check_phases(self, recipe: Any) -> None:
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
        for identity in step.instances:
            found = step.nodes.get(identity)
            if found is None or found.node.use.kind is not Kind.MODEL or not found.units:
                continue
            called, declared = found.units[0].instance, models.get(found.node.use.name)
            if called is None or declared is None or called is declared or called.problems or declared.problems:
                continue
            difference = _difference(state_of(called), state_of(declared))
            if difference is not None:
                came = ", ".join(str(type_) for type_ in called.inputs.values())
                wants = ", ".join(str(type_) for type_ in declared.inputs.values())
                message = f"“{found.node.use.name}” is made for {wants}, but is called here with {came}: {difference}."
                path = Path(step.graph.name, identity)
                self.problems.append(Problem(message, path, expected=wants, came=came))

    def _idle(self, models: Mapping[str, GraphResult], steps: Mapping[str, GraphResult]) -> None:
        """Graphs that nothing uses have no types yet; what is wrong with them in themselves is still said."""
        reached: set[str] = set()
        for result in (*models.values(), *steps.values()):
            reached.update(self._reached(result.graph.name))
        for name, graph in self.document.graphs.items():
            if name not in reached:
                defaults = {argument.name: argument.default for argument in graph.arguments}
                result = self.evaluator.instance(graph, defaults, (None,) * len(graph.inputs))
                self.problems.extend(result.problems)

    def _reached(self, name: str) -> set[str]:
        found: set[str] = set()
        waiting = [name]
        while waiting:
            current = waiting.pop()
            graph = self.document.graphs.get(current)
            if current in found or graph is None:
                continue
            found.add(current)
            for kind, used in self.evaluator.references(graph):
                model = self.document.models.get(used) if kind is Kind.MODEL else None
                waiting.append(model.graph if model is not None else used)
        return found


def _difference(called: Mapping[str, Any], declared: Mapping[str, Any]) -> str | None:
    for key, weight in declared.items():
        other = called.get(key)
        if other is None:
            return f"{key} would be missing"
        if tuple(other.shape) != tuple(weight.shape):
            return f"{key} would be {TensorType(other.shape)} instead of {TensorType(weight.shape)}"
    return None
