"""Edits of the recipe and the presets by path, and repairs that problems propose."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec.structs import replace

from app.core import edits, placing
from app.core.changes import Changed, EditError, graph_of, node_of, rekeyed, stored, without
from app.core.document import Document, Kind, Preset, Recipe, Use, Value
from app.core.file_schema import Place, plain, schema
from app.core.files import typed
from app.core.problems import Disconnect, Fix, InsertBefore, Path, RemoveNode, SetArgument
from app.core.recipe import RecipeError, set_at


def _frozen(value: Any, path: str) -> Any:
    """A value for the recipe: a plain value, or a struct (or tuple of them), which is checked as a whole later."""
    if isinstance(value, msgspec.Struct | dict):
        return value
    if isinstance(value, tuple | list):
        return tuple(_frozen(item, path) for item in value)
    return stored(value, path)


def _checked(recipe: Recipe) -> Recipe:
    """The recipe, if a file could hold it: of the right types, everything named once."""
    errors: list[str] = []
    try:
        written = plain(recipe, Place(None, "recipe"), lambda place, what: errors.append(f"{place}: {what}"))
        msgspec.convert(written, schema(Recipe))
    except msgspec.ValidationError as error:
        raise EditError(f"The recipe cannot be so: {typed(str(error))}.") from None
    if errors:
        raise EditError(f"The recipe cannot be so: {'; '.join(errors)}.")
    groups: list[tuple[Any, ...]] = [
        recipe.stages,
        recipe.evaluations,
        recipe.previews,
        *(stage.phases for stage in recipe.stages),
    ]
    for group in groups:
        names = [item.name for item in group]
        if len(set(names)) != len(names):
            twice = next(name for name in names if names.count(name) > 1)
            raise EditError(f"“{twice}” stands twice in the recipe. Give one of them another name.")
    return recipe


def set_recipe(document: Document, path: str, value: Any) -> Changed:
    """Set one value of the recipe: ``batch_size``, ``stages.train.steps``, ``stages.train.d.optimiser.lr``,
    ``evaluations.test.every``, ``data.size``; also a whole part, as ``stages`` or ``evaluations`` (a tuple of structs).
    """
    if document.recipe is None:
        raise EditError("This document has no recipe yet. Choose a data source first.")
    try:
        made = set_at(document.recipe, path, _frozen(value, path))
    except RecipeError as error:
        raise EditError(str(error)) from None
    recipe = _checked(made)
    return Changed(document if recipe == document.recipe else replace(document, recipe=recipe), f"set {path}")


def replace_recipe(document: Document, recipe: Recipe | None) -> Changed:
    """Give the document a recipe, or take it away."""
    label = "remove recipe" if recipe is None else "set recipe"
    return Changed(replace(document, recipe=None if recipe is None else _checked(recipe)), label)


# --- Presets ------------------------------------------------------------------------------------------------------


def preset_of(document: Document, name: str) -> Preset:
    if name not in document.presets:
        raise EditError(f"There is no preset “{name}”; there are: {', '.join(document.presets) or 'none'}.")
    return document.presets[name]


def _with_preset(document: Document, preset: Preset) -> Document:
    return replace(document, presets={**document.presets, preset.name: preset})


def _check_preset_name(document: Document, name: str) -> None:
    if not name.strip():
        raise EditError("A preset needs a name.")
    if name in document.presets:
        raise EditError(f"There is a preset “{name}” already. Choose another name.")


def add_preset(document: Document, preset: Preset) -> Changed:
    _check_preset_name(document, preset.name)
    return Changed(_with_preset(document, preset), f"add preset {preset.name}")


def remove_preset(document: Document, name: str) -> Changed:
    preset_of(document, name)
    left = without(document.presets, name)
    chosen = next(iter(left), "") if document.preset == name else document.preset
    return Changed(replace(document, presets=left, preset=chosen), f"remove preset {name}")


def rename_preset(document: Document, old: str, new: str) -> Changed:
    found = preset_of(document, old)
    if old == new:
        return Changed(document, f"rename {old}")
    _check_preset_name(document, new)
    presets = rekeyed(document.presets, old, new, replace(found, name=new))
    chosen = new if document.preset == old else document.preset
    return Changed(replace(document, presets=presets, preset=chosen), f"rename {old} to {new}")


def choose_preset(document: Document, name: str) -> Changed:
    preset_of(document, name)
    return Changed(document if document.preset == name else replace(document, preset=name), f"choose preset {name}")


def set_preset(document: Document, name: str, **fields: Any) -> Changed:
    """A preset's summary, data or goal as a whole."""
    found = preset_of(document, name)
    if not {"summary", "data", "goal"}.issuperset(fields):
        raise EditError("A preset's summary, data and goal are set so; its values by set_preset_value.")
    return Changed(_with_preset(document, replace(found, **fields)), f"set {name}.{', '.join(fields)}")


def set_preset_argument(document: Document, name: str, argument: str, value: Value) -> Changed:
    """A preset's value for one of the document's arguments."""
    found = preset_of(document, name)
    if argument not in [known.name for known in document.arguments]:
        raise EditError(f"The document has no argument “{argument}”.")
    values = {**found.arguments, argument: stored(value, argument)}
    return Changed(_with_preset(document, replace(found, arguments=values)), f"set {name}.{argument}")


def set_preset_recipe(document: Document, name: str, path: str, value: Value) -> Changed:
    """A preset's value for a path of the recipe."""
    found = preset_of(document, name)
    set_recipe(document, path, value)  # refuses a path or value that the recipe could not have
    values = {**found.recipe, path: stored(value, path)}
    return Changed(_with_preset(document, replace(found, recipe=values)), f"set {name}.{path}")


def reset_preset(document: Document, name: str, *, argument: str = "", path: str = "") -> Changed:
    """Let a preset take the document's own value again."""
    found = preset_of(document, name)
    made = replace(found, arguments=without(found.arguments, argument), recipe=without(found.recipe, path))
    return Changed(_with_preset(document, made), f"reset {name}.{argument or path}")


def set_about(document: Document, **fields: Any) -> Changed:
    """The document's title, summary, credit and lesson."""
    if not {"title", "summary", "credit", "lesson"}.issuperset(fields):
        raise EditError("A document's title, summary, credit and lesson are set so.")
    return Changed(replace(document, **fields), f"set {', '.join(fields)}")


# --- Repairs ------------------------------------------------------------------------------------------------------


def apply_fix(document: Document, path: Path, fix: Fix) -> Changed:
    """Do what a problem proposes."""
    graph = graph_of(document, path.graph)
    node = node_of(graph, path.node)
    match fix:
        case SetArgument():
            made = edits.set_argument(document, graph.name, node.id, fix.argument, fix.value)
        case InsertBefore():
            wires = graph.edges_into(node.id, fix.port)
            if fix.place >= len(wires):
                raise EditError(f"No wire enters “{fix.port}” of {node.name} any more.")
            use = Use(Kind.BLOCK, fix.block)
            made = edits.insert_on_edge(
                document, graph.name, wires[fix.place], use, arguments=fix.arguments, input=fix.input, output=fix.output
            )
            made = _placed_before(made, graph.name, node.id)
        case Disconnect():
            made = edits.disconnect(document, graph.name, graph.edges_into(node.id, fix.port))
        case RemoveNode():
            made = edits.remove_nodes(document, graph.name, [node.id], heal=True)
    return Changed(made.document, fix.label or made.label, made.nodes)


def _placed_before(made: Changed, graph: str, node: str) -> Changed:
    """The inserted node a little left of the one that it mends."""
    position = placing.layout_of(made.document, graph).positions.get(node)
    if position is None:
        return made
    moved = placing.move_nodes(made.document, graph, {made.node: (position[0] - 90.0, position[1] + 60.0)})
    return Changed(moved.document, made.label, made.nodes)
