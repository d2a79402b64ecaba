"""The recipe under a preset: overrides applied, formulas over the document's arguments evaluated."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from app.core.document import DataSource, Document, Phase, Recipe, Stage, Value
from app.core.formula import FormulaError, is_formula, parse
from app.core.problems import Path, Problem


class RecipeError(ValueError):
    """A value of the recipe that cannot be told; ``part`` says which."""

    def __init__(self, message: str, part: str) -> None:
        super().__init__(message)
        self.part = part


def evaluated(value: Value, names: Mapping[str, Any], part: str = "") -> Any:
    """A value of a recipe or model: itself, or what its formula over the document's arguments gives."""
    if is_formula(value):
        try:
            return parse(value).value(names)
        except FormulaError as error:
            raise RecipeError(f"{part}: {error}" if part else str(error), part) from None
    if isinstance(value, tuple | list):
        return tuple(evaluated(item, names, part) for item in value)
    return value


def recipe_of(document: Document, preset: str | None = None, errors: list[RecipeError] | None = None) -> Recipe | None:
    """The recipe with the preset's values in place, formulas still as written. A value that the recipe cannot have
    raises RecipeError, or is left out and added to ``errors`` where that is given.
    """
    recipe = document.recipe
    chosen = document.chosen(preset)
    if recipe is None or chosen is None:
        return recipe
    if chosen.data is not None:
        recipe = msgspec.structs.replace(recipe, data=chosen.data)
    for path, value in chosen.recipe.items():
        try:
            recipe = _whole(set_at(recipe, path, value), path)
        except RecipeError as error:
            if errors is None:
                raise
            errors.append(error)
    return recipe


def _whole(recipe: Recipe, path: str) -> Recipe:
    """The recipe, if all its parts are still of the types that it declares."""
    try:
        msgspec.convert(msgspec.to_builtins(recipe), Recipe)
    except (msgspec.ValidationError, TypeError) as error:
        raise RecipeError(f"The recipe's “{path}” cannot be so: {error}.", path) from None
    return recipe


def set_at(recipe: Recipe, path: str, value: Value) -> Recipe:
    """The recipe with one value replaced: ``batch_size``, ``stages.train.steps``,
    ``stages.train.generator.optimiser.lr``, ``evaluations.test.every``, ``data.size``.
    """
    parts = path.split(".")
    try:
        changed: Recipe = _set(recipe, parts, value)
    except (LookupError, AttributeError, TypeError) as error:
        raise RecipeError(f"The recipe has no “{path}”: {error}.", path) from None
    return changed


def _set(part: Any, keys: list[str], value: Value) -> Any:
    key, rest = keys[0], keys[1:]
    if isinstance(part, tuple):
        names = [item.name for item in part]
        if key not in names:
            raise LookupError(f"there is {', '.join(names) or 'nothing'} but no {key}")
        return tuple(_set(item, rest, value) if item.name == key else item for item in part)
    if isinstance(part, Stage) and key not in part.__struct_fields__:
        return msgspec.structs.replace(part, phases=_set(part.phases, keys, value))
    if key in part.__struct_fields__:
        inner = getattr(part, key)
        return msgspec.structs.replace(part, **{key: _set(inner, rest, value) if rest else value})
    if "arguments" in part.__struct_fields__ and not rest:  # an argument of the source, optimiser, schedule or phase
        return msgspec.structs.replace(part, arguments={**part.arguments, key: value})
    raise LookupError(f"{type(part).__name__} has {', '.join(part.__struct_fields__)} but no {key}")


def plain_recipe(document: Document, preset: str | None = None) -> Recipe | None:
    """The recipe under a preset with every formula evaluated; raises RecipeError."""
    recipe = recipe_of(document, preset)
    return None if recipe is None else _plain(recipe, document.values(preset), "recipe")


def _plain(part: Any, names: Mapping[str, Any], where: str) -> Any:
    if isinstance(part, msgspec.Struct):
        fields = {key: getattr(part, key) for key in part.__struct_fields__}
        label = fields.get("name", "")
        here = f"{where}.{label}" if isinstance(label, str) and label else where
        # decay may depend on the step: it stays a formula for whoever writes the loop
        return type(part)(**{k: v if k == "decay" else _plain(v, names, f"{here}.{k}") for k, v in fields.items()})
    if isinstance(part, Mapping):
        return {key: _plain(value, names, f"{where}.{key}") for key, value in part.items()}
    if isinstance(part, tuple) and part and isinstance(part[0], msgspec.Struct):
        return tuple(_plain(item, names, where) for item in part)
    return evaluated(part, names, where)


def runs_of(recipe: Recipe) -> Iterator[tuple[str, Mapping[str, Value], Mapping[str, str], str]]:
    """Every graph that the recipe runs: its name, arguments, feeds, and what runs it (``phase train.classify``)."""
    if recipe.data.act:
        yield recipe.data.act, {}, {}, "the environment"
    for stage in recipe.stages:
        for phase in stage.phases:
            yield phase.step, phase.arguments, phase.feeds, f"phase {stage.name}.{phase.name}"
    for evaluation in recipe.evaluations:
        yield evaluation.graph, evaluation.arguments, evaluation.feeds, f"evaluation {evaluation.name}"
    for preview in recipe.previews:
        yield preview.graph, preview.arguments, preview.feeds, f"preview {preview.name}"


def numbers_of(recipe: Recipe) -> Iterator[tuple[str, Value, bool]]:
    """Values of the recipe itself: where each stands, what is written, and whether it must be a whole number from 1."""
    yield "batch_size", recipe.batch_size, True
    yield "eval_batch_size", recipe.eval_batch_size, True
    yield "seed", recipe.seed, False
    for stage in recipe.stages:
        yield f"stages.{stage.name}.steps", stage.steps, True
        for phase in stage.phases:
            here = f"stages.{stage.name}.{phase.name}"
            yield f"{here}.every", phase.every, True
            yield f"{here}.clip_norm", phase.clip_norm, False
            yield f"{here}.clip_value", phase.clip_value, False
            for what in ("optimiser", "schedule"):
                for name, value in getattr(phase, what).arguments.items():
                    yield f"{here}.{what}.{name}", value, False
    for group in ("evaluations", "previews"):
        for item in getattr(recipe, group):
            if item.every is not None:
                yield f"{group}.{item.name}.every", item.every, True


def recipe_problem(message: str, part: str) -> Problem:
    return Problem(message, Path("", "", part or "recipe"))


__all__ = [
    "DataSource",
    "Phase",
    "RecipeError",
    "evaluated",
    "numbers_of",
    "plain_recipe",
    "recipe_of",
    "recipe_problem",
    "runs_of",
    "set_at",
]
