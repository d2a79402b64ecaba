"""What stands around the nodes: the document's values, what each model and each run of the recipe starts from.

None of it depends on a node or a wire, so that it is worked out once for as long as only those are edited.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from app.core.block import Field, Library, Source
from app.core.document import DataSource, Document, Graph, Kind, Model, Node, Recipe, Use
from app.core.goals import goal_problems
from app.core.names import why_not_variable
from app.core.problems import Path, Problem, Severity, ShapeError
from app.core.recipe import RecipeError, evaluated, numbers_of, recipe_of, recipe_problem, runs_of
from app.core.resolve import Refusal, Scope, Unknown, check_graph_argument, formulas_in, graph_arguments, make_block
from app.core.symbolic import Symbol
from app.core.tensor_type import ABSENT, DTYPES, TensorType, WireType


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


def source_fields(data: DataSource, library: Library, values: Mapping[str, Any]) -> tuple[Source, tuple[Field, ...]]:
    """The source block with its arguments' values and what it yields; raises Refusal or Unknown."""
    source = _source(data, library, values)
    found = _yielded(source)
    if isinstance(found, Problem):
        raise Refusal(found)
    return source, found


def _source(data: DataSource, library: Library, values: Mapping[str, Any]) -> Source:
    node = Node(id="data", name="data", use=Use(Kind.BLOCK, data.block))
    made = make_block(library, data.block, data.arguments, Scope(_NOWHERE, values), node, None)
    if not isinstance(made, Source):
        message = f"The recipe's data come from “{data.block}”, which is a block but not a data source."
        raise Refusal(Problem(message, Path("", "", "data"), expected="a data source", came=data.block))
    return made


def _yielded(source: Source) -> tuple[Field, ...] | Problem:
    """What a source yields, or why it cannot say so."""
    path = Path("", "data")
    try:
        return source.fields()
    except ShapeError as error:  # its arguments contradict each other
        return error.at(path)
    except (ValueError, TypeError, ArithmeticError, LookupError, OSError) as error:
        return Problem(f"{type(source).__name__} cannot say what it gives with these arguments: {error}.", path)


def _reads_files(source: Source) -> bool:
    """Whether what it yields may change by itself."""
    return any(argument.kind == "path" for argument in source.arguments().values())


class _Nowhere:
    """Stands for the graph that a recipe's data source is in."""

    name = ""


_NOWHERE: Any = _Nowhere()


class Start(Struct, frozen=True, eq=False):
    """What a model, or a run of the recipe, starts from: its graph, values of the arguments and types of the inputs.

    ``problems`` are those that were met on the way there; without a ``graph`` there is nothing to elaborate.
    """

    name: str
    where: str = ""
    graph: str = ""
    arguments: Mapping[str, Any] = {}
    types: tuple[WireType, ...] = ()
    problems: tuple[Problem, ...] = ()
    is_evaluation: bool = False


class Frame:
    """Values, models and runs of a document under one preset.

    ``problems`` are those of the values and the models' arguments; ``recipe_problems`` those of the recipe as a whole.
    """

    def __init__(self, document: Document, library: Library, preset: str) -> None:
        self.document = document
        self.library = library
        self.preset = preset
        self.declared = {name: _declared(graph) for name, graph in document.graphs.items()}
        self.values = document.values(preset)
        self.problems: list[Problem] = []
        self.recipe_problems: list[Problem] = []
        self._bad: set[str] = set()
        """Document arguments whose value is wrong: what leans on them is unknown, and no second problem."""
        self.arguments: dict[str, dict[str, Any]] = {}
        """Values of each model's arguments."""
        self._reading: Source | None = None
        """Where the data come from, if what it yields hangs on files, and what it yielded."""
        self._read: tuple[Field, ...] | Problem = ()
        self._check_values()
        for model in document.models.values():
            self._model_arguments(model)
        self.models = [self._model(model) for model in document.models.values()]
        self.runs = self._runs()
        self.recipe_problems.extend(goal_problems(document))

    def fits(self, document: Document) -> bool:
        """Whether all of this holds for a document, too: nothing but nodes and wires is other."""
        mine = self.document
        if document is not mine:
            if document.arguments is not mine.arguments or document.presets is not mine.presets:
                return False
            if document.models is not mine.models or document.recipe is not mine.recipe:
                return False
            if document.graphs is not mine.graphs and not self._declares_alike(document.graphs):
                return False
        return self._reading is None or self._read == _yielded(self._reading)

    def _declares_alike(self, graphs: Mapping[str, Graph]) -> bool:
        if len(graphs) != len(self.declared):
            return False
        for name, graph in graphs.items():
            known = self.declared.get(name)
            if known is None or graph.arguments is not known[0] or graph.inputs is not known[1]:
                return False
            if graph.outputs is not known[2]:
                return False
        return True

    def _leans(self, *values: Any) -> bool:
        """Whether formulas among these values are over an argument that is wrong."""
        return bool(self._bad) and not self._bad.isdisjoint(formulas_in(*values))

    def _check_values(self) -> None:
        document = self.document
        if self.preset and self.preset not in document.presets:
            known = ", ".join(document.presets) or "none"
            message = f"There is no preset “{self.preset}” ({known}); the arguments' defaults are taken."
            path = Path("", "", "preset")
            self.problems.append(Problem(message, path, Severity.WARNING, expected=known, came=self.preset))
        declared = {argument.name for argument in document.arguments}
        for argument in document.arguments:
            path = Path("", "", argument.name)
            reason = why_not_variable(argument.name)
            if reason is not None:
                self.problems.append(Problem(f"The document's argument “{argument.name}” {reason}.", path))
            try:
                check_graph_argument(argument, self.values[argument.name], path)
            except Refusal as refusal:
                self._bad.add(argument.name)
                self.problems.append(refusal.problem)
        for name in self.values:
            if name not in declared:
                self._bad.add(name)
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

    def _model(self, model: Model) -> Start:
        graph = self.document.graphs.get(model.graph)
        if graph is None:
            message = f"The model “{model.name}” is an instance of “{model.graph}”, which this document does not have."
            return Start(model.name, problems=(Problem(message, Path("", model.name), came=model.graph),))
        if model.name not in self.arguments:
            return Start(model.name)
        problems: list[Problem] = []
        reason = why_not_variable(model.name)
        if reason is not None:
            problems.append(Problem(f"The model's name “{model.name}” {reason}.", Path("", model.name)))
        types = self._model_inputs(model, graph, problems)
        source = self.document.models.get(model.average_of) if model.average_of else None
        if model.average_of and (source is None or source.graph != model.graph):
            message = f"“{model.name}” follows “{model.average_of}”, which is not a model of the same graph."
            problems.append(Problem(message, Path("", model.name), came=model.average_of))
        given = tuple(types.get(port.name) for port in graph.inputs)
        return Start(model.name, "", graph.name, self.arguments[model.name], given, tuple(problems))

    def _model_inputs(self, model: Model, graph: Graph, problems: list[Problem]) -> dict[str, WireType]:
        types: dict[str, WireType] = {}
        for port in graph.inputs:
            if port.name not in model.inputs:
                if not port.optional:
                    message = f"The model “{model.name}” does not say what its input “{port.name}” is."
                    problems.append(Problem(message, Path("", model.name, port.name), expected="a shape"))
                else:
                    types[port.name] = ABSENT
                continue
            if self._leans(*model.inputs[port.name].shape):
                continue
            try:
                types[port.name] = _input_type(model, port.name, self.values)
            except RecipeError as error:
                problems.append(Problem(str(error), Path("", model.name, port.name)))
        return types

    # -- the recipe ------------------------------------------------------------------------------------------------

    def _runs(self) -> list[Start]:
        """What each graph that the recipe runs starts from. Values that a recipe cannot have are left out."""
        errors: list[RecipeError] = []
        recipe = recipe_of(self.document, self.preset, errors)
        self.recipe_problems.extend(recipe_problem(str(error), error.part) for error in errors)
        if recipe is None:
            return []
        fields = self._fields(recipe.data)
        known = {field.name: field.type for field in fields}
        self._check_phases(recipe)
        self._check_numbers(recipe)
        evaluations = {f"evaluation {evaluation.name}" for evaluation in recipe.evaluations}
        return [self._run(*run, known, run[-1] in evaluations) for run in runs_of(recipe)]

    def _fields(self, data: DataSource) -> tuple[Field, ...]:
        if self._leans(*data.arguments.values()):
            return ()
        try:
            source = _source(data, self.library, self.values)
        except Refusal as refusal:
            self.recipe_problems.append(refusal.problem)
            return ()
        except Unknown:  # it leans on what is wrong elsewhere, which is said there
            return ()
        found = _yielded(source)
        if _reads_files(source):
            self._reading, self._read = source, found
        if isinstance(found, Problem):
            self.recipe_problems.append(found)
            return ()
        return found

    def _check_numbers(self, recipe: Recipe) -> None:
        for part, value, is_count in numbers_of(recipe):
            if self._leans(value):
                continue
            try:
                found = evaluated(value, self.values)
            except RecipeError as error:
                self.recipe_problems.append(recipe_problem(f"{part}: {error}", part))
                continue
            if is_count and (isinstance(found, bool) or not isinstance(found, int) or found < 1):
                expected = "a whole number of at least 1"
                message = f"{part}: expected {expected}; {found!r} came."
                problem = Problem(message, Path("", "", part), expected=expected, came=repr(found))
                self.recipe_problems.append(problem)

    def _check_phases(self, recipe: Recipe) -> None:
        for stage in recipe.stages:
            for phase in stage.phases:
                part = f"stages.{stage.name}.{phase.name}"
                for model in phase.models:
                    if model not in self.document.models:
                        message = f"The phase “{phase.name}” updates “{model}”, which is no model of this document."
                        self.recipe_problems.append(recipe_problem(message, part))
                graph = self.document.graphs.get(phase.step)
                outputs = {port.name for port in graph.outputs} if graph is not None else set()
                if graph is not None and phase.minimise and phase.minimise not in outputs:
                    message = (
                        f"The phase “{phase.name}” minimises “{phase.minimise}”, which {phase.step} does not give."
                    )
                    self.recipe_problems.append(recipe_problem(message, part))

    def _run(
        self,
        name: str,
        arguments: Mapping[str, Any],
        feeds: Mapping[str, str],
        where: str,
        known: Mapping[str, TensorType],
        is_evaluation: bool,
    ) -> Start:
        graph = self.document.graphs.get(name)
        if graph is None:
            problem = recipe_problem(f"The {where} runs “{name}”, which this document does not have.", where)
            return Start(name, where, problems=(problem,))
        node = Node(id=where, name=name, use=Use(Kind.GRAPH, name))
        if self._leans(*arguments.values()):
            return Start(name, where)
        try:
            values = graph_arguments(graph, arguments, Scope(_NOWHERE, self.values), node, None)
        except Refusal as refusal:
            return Start(name, where, problems=(refusal.problem,))
        except Unknown:  # it leans on what is wrong elsewhere
            return Start(name, where)
        types: list[WireType] = []
        problems: list[Problem] = []
        for port in graph.inputs:
            field = feeds.get(port.name, port.name)
            if field not in known and known and not port.optional:
                given = ", ".join(known)
                message = f"The {where} needs “{field}” for the input “{port.name}” of {name}; the data give {given}."
                problems.append(Problem(message, Path(name, "", port.name), expected=given, came=field))
            types.append(known.get(field, ABSENT if known and port.optional else None))
        return Start(name, where, name, values, tuple(types), tuple(problems), is_evaluation)


def _declared(graph: Graph) -> tuple[Any, Any, Any]:
    """What a graph declares, whatever its nodes are."""
    return graph.arguments, graph.inputs, graph.outputs
