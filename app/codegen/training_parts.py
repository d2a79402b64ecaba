"""What train.py is made of, resolved and checked: the recipe, its data, its models, and the names they go by."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from importlib.resources import files
from typing import Any

from app.codegen.optimisers import check_optimiser, check_schedule
from app.codegen.printer import flat, quoted
from app.codegen.source import GenerationError
from app.core.block import Field, Library, Source
from app.core.document import Document, Evaluation, Graph, Model, Phase, Preset, Preview, Recipe, Stage
from app.core.formula import FormulaError, is_formula, parse
from app.core.names import LOCALS, why_not_variable
from app.core.problems import ShapeError
from app.core.recipe import RecipeError, plain_recipe

_TAKEN = frozenset(
    """
    argparse copy math scale nn torch Tensor Run Data launch load_weights run data step steps batch group load
    evaluate preview train follow source average
    """.split()
)
"""Names that train.py uses itself."""


def slug(text: str) -> str:
    """A text as a piece of an identifier: ``TrainStep`` is ``train_step``, ``first half`` is ``first_half``."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", text)
    found = re.sub(r"[^A-Za-z0-9]+", "_", spaced).strip("_").lower()
    return found if found and not found[0].isdigit() else f"n{found}"


class Names:
    """Variables of one scope, each given out once."""

    def __init__(self, taken: Sequence[str] | frozenset[str]) -> None:
        self._taken = set(taken)

    def take(self, wanted: str) -> str:
        """The wanted name if it is free and a variable, else with a number at its end."""
        made, number = wanted, 2
        while made in self._taken or why_not_variable(made) is not None:
            made, number = f"{wanted}_{number}", number + 1
        self._taken.add(made)
        return made


class Parts:
    """The recipe under a preset with every formula evaluated, and what its parts are called in the code."""

    def __init__(self, document: Document, library: Library, preset: str | None = None) -> None:
        try:
            recipe = plain_recipe(document, preset)
        except RecipeError as error:
            raise GenerationError(str(error)) from None
        if recipe is None:
            raise GenerationError("The document has no recipe, so there is nothing to train. Choose a data source.")
        self.document = document
        self.recipe: Recipe = recipe
        self.values = document.values(preset)
        self.preset: Preset | None = document.chosen(preset)
        self.source = self._source(library)
        try:
            self.fields: Mapping[str, Field] = {field.name: field for field in self.source.fields()}
        except ShapeError as error:
            raise GenerationError(f"{self.recipe.data.block}: {error.message}") from None
        self.reader = type(self.source).reader
        self.taken = _TAKEN | LOCALS | {self.reader}
        self.names = Names(self.taken)
        self.models = {name: self.names.take(name) for name in self._models_in_use()}
        self._check()

    # -- data --------------------------------------------------------------------------------------------------------

    def _source(self, library: Library) -> Source:
        block = library.find(self.recipe.data.block)
        if block is None or not issubclass(block, Source):
            raise GenerationError(f"There is no data source “{self.recipe.data.block}”. Choose one in the recipe.")
        unknown = self.recipe.data.arguments.keys() - block.arguments().keys()
        if unknown:
            known = ", ".join(block.arguments())
            raise GenerationError(f"The data source {block.__name__} takes {known}, but no “{min(unknown)}”.")
        for name, value in self.recipe.data.arguments.items():
            wrong = block.arguments()[name].accepts(value)
            if wrong:
                raise GenerationError(f"{block.__name__}.{name}: {wrong}")
        made: Source = block(**self.recipe.data.arguments)
        return made

    def load_call(self) -> ast.expr:
        """The reader's call for one split, without what its own defaults say."""
        given = _defaults_of_load(reader_text(self.reader))
        keywords = [
            ast.keyword(name, literal(getattr(self.source, name)))
            for name in type(self.source).arguments()
            if name not in given or given[name] != _plain(getattr(self.source, name))
        ]
        function = ast.Attribute(ast.Name(self.reader, ast.Load()), "load", ast.Load())
        return ast.Call(function, [ast.Name("split", ast.Load())], keywords)

    def splits(self) -> list[str]:
        """The splits that the recipe reads, training first."""
        return list(dict.fromkeys(["train", *(run.split for run in self.looks())]))

    def looks(self) -> list[Evaluation | Preview]:
        """Evaluations and previews."""
        return [*self.recipe.evaluations, *self.recipe.previews]

    def feeds(self, graph: Graph, feeds: Mapping[str, str], where: str) -> str:
        """The arguments of a step's call: its inputs out of the batch."""
        given: list[str] = []
        named = False
        for port in graph.inputs:
            field = feeds.get(port.name, port.name)
            if field not in self.fields:
                if port.optional:
                    named = True
                    continue
                known = ", ".join(self.fields)
                raise GenerationError(
                    f"{where}: the input “{port.name}” of {graph.name} finds no field “{field}” in the data, which "
                    f"has {known}. Say in the recipe which field feeds it."
                )
            given.append(f"{port.name}=batch[{quoted(field)}]" if named else f"batch[{quoted(field)}]")
        return ", ".join(given)

    # -- graphs and models -------------------------------------------------------------------------------------------

    def graph(self, name: str, where: str) -> Graph:
        graph = self.document.graphs.get(name)
        if graph is None:
            known = ", ".join(self.document.graphs) or "none"
            raise GenerationError(f"{where}: there is no graph “{name}”; there are {known}.")
        return graph

    def construct(self, graph: Graph, arguments: Mapping[str, Any], where: str) -> str:
        """The constructor call of a step graph's class: its models, and its arguments."""
        names = self.document.models_in(graph.name)
        models = [self.models[name] for name in names]
        given = (
            models
            if len(models) == 1
            else [f"{name}={self.models[name]}" for name in self.document.models_in(graph.name)]
        )
        for name, value in arguments.items():
            if graph.argument(name) is None:
                raise GenerationError(f"{where}: {graph.name} has no argument “{name}”.")
            given.append(f"{name}={flat(literal(value))}")
        return f"{graph.name}({', '.join(given)})"

    def _models_in_use(self) -> list[str]:
        """The models that the recipe trains, follows or calls, in document order."""
        wanted = {name for graph in self.document.step_graphs() for name in self.document.models_in(graph)}
        wanted |= {name for stage in self.recipe.stages for phase in stage.phases for name in phase.models}
        for model in self.document.models.values():
            if model.average_of in wanted:
                wanted.add(model.name)
        wanted |= {self.document.models[name].average_of for name in wanted if name in self.document.models}
        return [name for name in self.document.models if name in wanted]

    def model(self, name: str) -> Model:
        return self.document.models[name]

    @property
    def averages(self) -> list[Model]:
        return [self.model(name) for name in self.models if self.model(name).average_of]

    @property
    def trained(self) -> list[str]:
        """Models that some phase updates."""
        updated = {name for stage in self.recipe.stages for phase in stage.phases for name in phase.models}
        return [name for name in self.models if name in updated]

    def decay(self, model: Model, steps: str) -> str:
        """The decay of an average as an expression over ``step`` and the name of the stage's length."""
        if not is_formula(model.decay):
            return repr(model.decay)
        try:
            tree = ast.parse(parse(model.decay).text, mode="eval").body
            bound = {name: literal(value) for name, value in self.values.items()}
            formula = parse(model.decay)
            if not formula.names & {"step", "steps"}:
                return repr(formula.value(self.values))
        except FormulaError as error:
            raise GenerationError(f"{model.name}.decay: {error}") from None
        made: ast.expr = _Bind({**bound, "steps": ast.Name(steps, ast.Load())}).visit(tree)
        return flat(made)

    # -- checks ------------------------------------------------------------------------------------------------------

    def phases(self) -> Iterator[tuple[Stage, Phase]]:
        for stage in self.recipe.stages:
            for phase in stage.phases:
                yield stage, phase

    def _check(self) -> None:
        if not any(True for _ in self.phases()):
            raise GenerationError("The recipe has no phase, so nothing would be learnt. Add a stage with a phase.")
        _whole(self.recipe.batch_size, "batch_size")
        _whole(self.recipe.eval_batch_size, "eval_batch_size")
        for stage, phase in self.phases():
            self._check_phase(stage, phase, f"{stage.name}.{phase.name}")
        for run in self.looks():
            if run.every is not None:
                _whole(run.every, f"{run.name}.every")
            if run.split not in type(self.source).splits:
                known = ", ".join(type(self.source).splits)
                raise GenerationError(f"{run.name}: the data has the splits {known}, but no “{run.split}”.")

    def _check_phase(self, stage: Stage, phase: Phase, where: str) -> None:
        _whole(stage.steps, f"{stage.name}.steps")
        _whole(phase.every, f"{where}.every")
        if phase.minimise:
            check_optimiser(phase.optimiser, where)
            check_schedule(phase.schedule, where)
        graph = self.graph(phase.step, where)
        outputs = [port.name for port in graph.outputs]
        if phase.minimise and phase.minimise not in outputs:
            known = ", ".join(outputs) or "none"
            raise GenerationError(f"{where}: {graph.name} has no output “{phase.minimise}” to minimise, only {known}.")
        if not phase.models:
            raise GenerationError(f"{where}: the phase updates no model. Name at least one.")
        for name in phase.models:
            if name not in self.document.models:
                known = ", ".join(self.document.models)
                raise GenerationError(f"{where}: there is no model “{name}”; there are {known}.")
            if self.model(name).frozen or self.model(name).average_of:
                raise GenerationError(f"{where}: “{name}” is frozen or an average, so no phase can update it.")


class _Bind(ast.NodeTransformer):
    """Names replaced by expressions, functions by those of math."""

    def __init__(self, names: Mapping[str, ast.expr]) -> None:
        self._names = names

    def visit_Call(self, node: ast.Call) -> ast.expr:
        arguments = [self.visit(part) for part in node.args]
        function = node.func
        if isinstance(function, ast.Name) and function.id in ("ceil", "floor", "sqrt", "exp", "log", "cos", "sin"):
            function = ast.Attribute(ast.Name("math", ast.Load()), function.id, ast.Load())
        return ast.Call(function, arguments, [])

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return self._names.get(node.id, node)


def reader_text(reader: str) -> str:
    """Source of a data reader, which generated code carries along."""
    return files("blocks").joinpath("modules", f"{reader}.py").read_text(encoding="utf-8")


def _defaults_of_load(text: str) -> dict[str, Any]:
    """What the reader's ``load`` takes when nothing is given."""
    for part in ast.parse(text).body:
        if isinstance(part, ast.FunctionDef) and part.name == "load":
            pairs = zip(part.args.kwonlyargs, part.args.kw_defaults, strict=True)
            return {key.arg: ast.literal_eval(value) for key, value in pairs if value is not None}
    return {}


def _plain(value: Any) -> Any:
    return tuple(_plain(item) for item in value) if isinstance(value, list | tuple) else value


def literal(value: Any) -> ast.expr:
    """A plain value as an expression."""
    return ast.parse(repr(_plain(value)), mode="eval").body


def _whole(value: Any, where: str) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise GenerationError(f"{where} must be a whole number of at least 1; it is {value!r}.")
