"""Edits of the recipe's parts: stages, phases, evaluations and previews added, removed, renamed, moved; another
optimiser or schedule chosen. Presets follow: what they say of a part that is renamed or removed is said of its new
name, or no more.

A part is named by its way in: ``("stages", "train")``, ``("stages", "train", "learn")``, ``("evaluations", "test")``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from typing import Any

from msgspec.structs import replace

from app.core import settings
from app.core.changes import Changed, EditError, without
from app.core.document import Document, Preset, Recipe, Stage, Value
from app.core.recipe import RecipeError, recipe_of

Part = tuple[str, ...]

_ONE = {"stages": "stage", "evaluations": "evaluation", "previews": "preview"}


def kind_of(part: Part) -> str:
    """What a part is, in a word: stage, phase, evaluation or preview."""
    return "phase" if len(part) == 3 else _ONE[part[0]]


def _recipe(document: Document) -> Recipe:
    if document.recipe is None:
        raise EditError("This document has no recipe yet. Choose a data source first.")
    return document.recipe


def _group(recipe: Recipe, group: Part) -> tuple[Any, ...]:
    """The tuple that a part stands in: ``("stages",)`` or, for phases, ``("stages", "train")``."""
    if len(group) == 1:
        found: tuple[Any, ...] = getattr(recipe, group[0])
        return found
    stage = next((stage for stage in recipe.stages if stage.name == group[1]), None)
    if stage is None:
        raise EditError(f"There is no stage “{group[1]}”; there are: {_names(recipe.stages)}.")
    return stage.phases


def _names(items: tuple[Any, ...]) -> str:
    return ", ".join(item.name for item in items) or "none"


def part_of(document: Document, part: Part) -> Any:
    """The stage, phase, evaluation or preview."""
    group = _group(_recipe(document), part[:-1])
    found = next((item for item in group if item.name == part[-1]), None)
    if found is None:
        raise EditError(f"There is no {kind_of(part)} “{part[-1]}”; there are: {_names(group)}.")
    return found


def _with_group(document: Document, group: Part, items: tuple[Any, ...]) -> Document:
    recipe = _recipe(document)
    if len(group) == 1:
        return settings.set_recipe(document, group[0], items).document
    stages = tuple(replace(stage, phases=items) if stage.name == group[1] else stage for stage in recipe.stages)
    return settings.set_recipe(document, "stages", stages).document


def _check_name(kind: str, name: str, taken: tuple[Any, ...]) -> None:
    """Names stand in paths (``stages.train.learn.every``), in file names and beside curves."""
    if not re.fullmatch(r"\w[\w -]*", name) or name != name.strip():
        raise EditError(f"“{name}” is no name for a {kind}: use letters, digits, spaces, “_” and “-”.")
    if kind == "phase" and name in Stage.__struct_fields__:
        raise EditError(f"A phase cannot be called “{name}”, as a stage’s own {name} is. Choose another name.")
    if name in [item.name for item in taken]:
        raise EditError(f"There is a {kind} “{name}” already. Choose another name.")


def add_part(document: Document, group: Part, made: Any) -> Changed:
    """A stage, phase, evaluation or preview at the end of its group."""
    there = _group(_recipe(document), group)
    kind = kind_of((*group, made.name))
    _check_name(kind, made.name, there)
    return Changed(_with_group(document, group, (*there, made)), f"add {kind} {made.name}")


def set_part(document: Document, part: Part, **fields: Any) -> Changed:
    """Facts of a part in the document itself, several at once: a phase’s step with what it minimises."""
    found = part_of(document, part)
    if "name" in fields:
        raise EditError(f"A {kind_of(part)} is renamed by rename_part.")
    items = tuple(replace(item, **fields) if item is found else item for item in _group(_recipe(document), part[:-1]))
    label = f"set {', '.join(fields)} of {part[-1]}"
    return Changed(_with_group(document, part[:-1], items), label)


def move_part(document: Document, part: Part, by: int) -> Changed:
    """A part so many places later (or, below zero, earlier) among its like."""
    found = part_of(document, part)
    items = list(_group(_recipe(document), part[:-1]))
    before = items.index(found)
    after = min(max(before + by, 0), len(items) - 1)
    items.insert(after, items.pop(before))
    label = f"move {kind_of(part)} {part[-1]}"
    return Changed(document if after == before else _with_group(document, part[:-1], tuple(items)), label)


def remove_part(document: Document, part: Part) -> Changed:
    """Take a part away, with what presets say of it."""
    found, kind = part_of(document, part), kind_of(part)
    left = tuple(item for item in _group(_recipe(document), part[:-1]) if item is not found)
    if not left and kind in ("stage", "phase"):
        raise EditError(f"“{part[-1]}” is the only {kind}, and without one nothing is learnt. Add another first.")
    asking = [
        preset.name
        for preset in document.presets.values()
        if kind == "evaluation" and preset.goal is not None and preset.goal.evaluation == part[-1]
    ]
    if asking:
        raise EditError(f"The goal of {' and '.join(asking)} asks for “{part[-1]}”. Change or remove the goal first.")
    document = _each_path(_with_group(document, part[:-1], left), part, None)
    return Changed(document, f"remove {kind} {part[-1]}")


def rename_part(document: Document, part: Part, new: str) -> Changed:
    """Another name, also in the presets’ paths and goals that speak of the part."""
    found, kind, old = part_of(document, part), kind_of(part), part[-1]
    if old == new:
        return Changed(document, f"rename {old}")
    group = _group(_recipe(document), part[:-1])
    _check_name(kind, new, group)
    items = tuple(replace(item, name=new) if item is found else item for item in group)
    document = _each_path(_with_group(document, part[:-1], items), part, new)
    if kind == "evaluation":
        document = _each_preset(document, lambda preset: _goal_renamed(preset, old, new))
    return Changed(document, f"rename {kind} {old} to {new}")


# --- What presets say of a part -----------------------------------------------------------------------------------


def _each_preset(document: Document, change: Callable[[Preset], Preset]) -> Document:
    presets = {name: change(preset) for name, preset in document.presets.items()}
    if all(presets[name] is preset for name, preset in document.presets.items()):
        return document
    return replace(document, presets=presets)


def _goal_renamed(preset: Preset, old: str, new: str) -> Preset:
    if preset.goal is None or preset.goal.evaluation != old:
        return preset
    return replace(preset, goal=replace(preset.goal, evaluation=new))


def _each_path(document: Document, part: Part, new: str | None) -> Document:
    """Presets’ paths through a part with its name changed, or (new is None) left out."""

    def change(preset: Preset) -> Preset:
        if not any(_place(path, part) is not None for path in preset.recipe):
            return preset
        made = {_renamed(path, part, new): value for path, value in preset.recipe.items()}
        return replace(preset, recipe=without(made, ""))

    return _each_preset(document, change)


def _place(path: str, part: Part) -> int | None:
    """Where in a path the part's own name stands; None where the path leads elsewhere."""
    keys = path.split(".")
    at = list(range(len(keys)))
    if len(part) == 3 and keys[:1] == ["stages"] and keys[2:3] == ["phases"]:  # both spellings lead to a phase
        del at[2]
    if len(at) <= len(part) or tuple(keys[position] for position in at[: len(part)]) != part:
        return None
    return at[len(part) - 1]


def _renamed(path: str, part: Part, new: str | None) -> str:
    place = _place(path, part)
    if place is None:
        return path
    keys = path.split(".")
    return "" if new is None else ".".join([*keys[:place], new, *keys[place + 1 :]])


# --- Another optimiser or schedule --------------------------------------------------------------------------------


def choose_learner(document: Document, path: str, name: str, takes: Collection[str], preset: str = "") -> Changed:
    """Another optimiser or schedule at ``stages.train.learn.optimiser``, for the document or for one preset.

    ``takes``: what the new one takes. What the old one had and the new one does not take goes. A preset cannot take
    away what the document gives; so that no other preset changes, the document's argument moves into those.
    """
    label = f"choose {name} for {path}" + (f" in {preset}" if preset else "")
    if not preset:
        given = _learner(_recipe(document), path)
        for argument in given.arguments:
            if argument not in takes:
                document = _taken_out(document, path, argument)
        document = settings.set_recipe(document, f"{path}.name", name).document
        return Changed(_without_strangers(document, path, takes, _follows(path)), label)
    for argument, value in _learner(_recipe(document), path).arguments.items():
        if argument not in takes:
            document = _handed_over(document, path, argument, value, preset)
    document = settings.set_preset_recipe(document, preset, f"{path}.name", name).document
    return Changed(_without_strangers(document, path, takes, lambda found: found.name == preset), label)


def _learner(recipe: Recipe, path: str) -> Any:
    _, stage, phase, what = path.split(".")
    for found in recipe.stages:
        for inner in found.phases:
            if (found.name, inner.name) == (stage, phase):
                return getattr(inner, what)
    raise EditError(f"The recipe has no “{path}”.")


def _follows(path: str) -> Callable[[Preset], bool]:
    """Whether a preset takes the document's choice."""
    return lambda preset: f"{path}.name" not in preset.recipe


def _taken_out(document: Document, path: str, argument: str) -> Document:
    """The document's argument gone; presets with a choice of their own, which took it from there, keep it."""
    value = _learner(_recipe(document), path).arguments[argument]

    def keep(preset: Preset) -> Preset:
        place = f"{path}.{argument}"
        if f"{path}.name" not in preset.recipe or place in preset.recipe:
            return preset
        return replace(preset, recipe={**preset.recipe, place: value})

    return _less(_each_preset(document, keep), path, argument)


def _handed_over(document: Document, path: str, argument: str, value: Value, preset: str) -> Document:
    place = f"{path}.{argument}"

    def take(found: Preset) -> Preset:
        if found.name == preset or place in found.recipe:
            return found
        return replace(found, recipe={**found.recipe, place: value})

    return _less(_each_preset(document, take), path, argument)


def _less(document: Document, path: str, argument: str) -> Document:
    left = without(_learner(_recipe(document), path).arguments, argument)
    return settings.set_recipe(document, f"{path}.arguments", left).document


def _without_strangers(
    document: Document, path: str, takes: Collection[str], concerned: Callable[[Preset], bool]
) -> Document:
    """Presets' values for arguments that their optimiser or schedule no longer takes are left out."""

    def change(preset: Preset) -> Preset:
        strangers = [
            key
            for key in preset.recipe
            if key.startswith(f"{path}.") and key.rpartition(".")[2] not in (*takes, "name")
        ]
        return replace(preset, recipe=without(preset.recipe, *strangers)) if strangers and concerned(preset) else preset

    return _each_preset(document, change)


# --- Data ---------------------------------------------------------------------------------------------------------


def choose_source(document: Document, name: str, takes: Collection[str], preset: str = "") -> Changed:
    """Another data source, for the document or for one preset; arguments that both take are kept."""
    label = f"choose {name}" + (f" for {preset}" if preset else " for the data")
    if not preset:
        data = _recipe(document).data
        kept = {key: value for key, value in data.arguments.items() if key in takes}
        made = replace(data, block=name, arguments=kept)
        document = settings.set_recipe(document, "data", made).document
        return Changed(_without_data(document, takes, lambda found: found.data is None), label)
    try:
        recipe = recipe_of(document, preset)
    except RecipeError as error:
        raise EditError(str(error)) from None
    assert recipe is not None
    kept = {key: value for key, value in recipe.data.arguments.items() if key in takes}
    document = settings.set_preset(document, preset, data=replace(recipe.data, block=name, arguments=kept)).document
    return Changed(_without_data(document, (), lambda found: found.name == preset), label)


def _without_data(document: Document, takes: Collection[str], concerned: Callable[[Preset], bool]) -> Document:
    def change(preset: Preset) -> Preset:
        gone = [key for key in preset.recipe if key.startswith("data.") and key.removeprefix("data.") not in takes]
        return replace(preset, recipe=without(preset.recipe, *gone)) if gone and concerned(preset) else preset

    return _each_preset(document, change)


def release_data(document: Document, preset: str) -> Changed:
    """Let a preset take the document's data again."""
    document = settings.set_preset(document, preset, data=None).document
    return Changed(_without_data(document, (), lambda found: found.name == preset), f"reset {preset}.data")
