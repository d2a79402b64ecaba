"""From a document to source text: ``model.py`` and ``steps.py``.

The same document gives the same bytes, in any process. Class texts belong to the document: instances are collected
over all presets. What differs between presets stands only in the defaults of the functions that build the models.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping

from app.codegen.classes import definition, docstring
from app.codegen.collect import Collection
from app.codegen.header import assembled
from app.codegen.lines import Lines
from app.codegen.printer import flat
from app.codegen.project import Project
from app.codegen.signature import UNASKED, annotation
from app.codegen.solve import solve, written
from app.codegen.source import GenerationError, Source
from app.codegen.trees import LISTS, call, constant, free_names, name, unpacked
from app.core.block import Library
from app.core.code_blocks import CARRIED, DocumentLibrary
from app.core.document import Document, Model
from app.core.elaborate import Elaboration
from app.core.formula import is_formula, parse
from app.core.problems import Path
from app.core.python_code import digest

__all__ = ["GenerationError", "Source", "model_source", "steps_source"]


def model_source(
    document: Document, library: Library, preset: str | None = None, before: Elaboration | None = None
) -> Source:
    """``model.py``: a class for each graph that a model reaches, and a function for each model that builds it.

    ``before``: an elaboration of this document or of what it was before an edit, which saves most of the work. Raises
    GenerationError where the document has problems under the preset.
    """
    collection = Collection(document, library, preset, before)
    results = [result for found in collection.sound for result in found.models.values()]
    project = Project(collection, collection.instances(results, through_models=True), modules_of(collection.library))
    classes = project.classes()
    builders = [_Builder(project, model).write() for model in document.models.values()]
    exported = [label for label, _ in classes] + list(document.models)
    title = document.title.strip().rstrip(".") or "A model"
    collection.complete()
    return assembled(project, f"{title}.", classes, builders, exported)


def steps_source(
    document: Document, library: Library, preset: str | None = None, before: Elaboration | None = None
) -> Source:
    """``steps.py``: a class for each training step, evaluation and preview of the recipe; models come in through the
    constructor.
    """
    collection = Collection(document, library, preset, before)
    results = [result for found in collection.sound for result in found.steps.values()]
    recipe = document.recipe
    evaluations = [evaluation.graph for evaluation in recipe.evaluations] if recipe is not None else []
    instances = collection.instances(results, through_models=False)
    project = Project(collection, instances, modules_of(collection.library), evaluations)
    classes = project.classes()
    title = document.title.strip().rstrip(".") or "a model"
    collection.complete()
    return assembled(
        project, f"Training steps, evaluations and previews of {title}.", classes, [], [n for n, _ in classes]
    )


def modules_of(library: Library) -> Mapping[str, str]:
    """Texts of what blocks carry along, read when first asked for: modules, and the document's own Python."""
    return _Modules(library)


class _Modules(dict[str, str]):
    def __init__(self, library: Library) -> None:
        super().__init__()
        self.library = library

    def __missing__(self, module: str) -> str:
        from blocks import module_text

        if module.startswith(CARRIED) and isinstance(self.library, DocumentLibrary):
            found = self.library.text(module.removeprefix(CARRIED))
            if digest(found) not in self.library.facts.allowed:
                raise GenerationError(f"The Python of {module.removeprefix(CARRIED)} is not allowed to run here yet.")
        else:
            found = module_text(module)
        self[module] = found
        return found


class _Builder:
    """The function that builds one model: ``def resnet50(classes: int = 1000) -> ResNet``."""

    def __init__(self, project: Project, model: Model) -> None:
        self.project = project
        self.model = model
        self.document = project.document
        self.roots = project.collection.roots(model)
        self.extra: dict[str, tuple[str, str]] = {}
        self.lists = frozenset(a.name for a in self.document.arguments if a.kind in LISTS)

    def write(self) -> Lines:
        tree = self._call()
        used = free_names(tree)
        values = self.project.collection.chosen.values
        parameters = [
            f"{a.name}: {annotation(a)} = {flat(constant(values[a.name]))}"
            for a in self.document.arguments
            if a.name in used
        ]
        parameters += [f"{label}: {kind} = {default}" for label, (kind, default) in self.extra.items()]
        if any("Sequence[" in parameter for parameter in parameters):
            self.project.imports.add("from collections.abc import Sequence")
        lines = Lines()
        path = Path("", self.model.name)
        lines.extend(definition(f"def {self.model.name}", parameters, self.model.graph, 0), path)
        lines.extend(docstring(self._summary(), [], 1), path)
        lines.say("return ", tree, 1, path)
        return lines

    def _summary(self) -> str:
        preset = self.project.collection.preset
        of = f" with the values of the “{preset}” preset as defaults" if preset else ""
        return f"The {self.model.name} model{of}."

    def _call(self) -> ast.expr:
        signature = self.project.signature(self.model.graph)
        args: list[ast.expr] = []
        for parameter in signature.inferred:
            pairs = [(root, parameter.value_in(root.result)) for root in self.roots]
            pairs = [pair for pair in pairs if pair[1] is not UNASKED] or [(self.roots[0], 1)]
            tree = solve(pairs, self._spell) or solve(pairs, self._spell, exactly=True)
            if tree is None:
                default = flat(constant(_plain(pairs[0][1])))
                self.extra[parameter.name] = (parameter.annotation, default)
                tree = name(parameter.name)
            args.append(unpacked(tree, self.lists))
        graph = self.document.graphs[self.model.graph]
        keywords: dict[str, ast.expr] = {}
        for argument in graph.arguments:
            if argument.name not in self.model.arguments:
                continue
            tree = self._written(self.model.arguments[argument.name])
            if argument.default is None or flat(tree) != flat(constant(argument.default)):
                keywords[argument.name] = tree
        return call(graph.name, *args, **keywords)

    def _written(self, value: object) -> ast.expr:
        if is_formula(value):
            return unpacked(written(parse(str(value)).text, name, frozenset()), self.lists)
        if isinstance(value, tuple):
            return ast.Tuple([self._written(item) for item in value], ast.Load())
        return constant(value)

    def _spell(self, atom: str) -> ast.expr:
        return written(atom, name, frozenset())


def _plain(value: object) -> object:
    if isinstance(value, tuple):
        return tuple(_plain(item) for item in value)
    return int(value) if isinstance(value, int) and not isinstance(value, bool) else value
