"""What every template needs: its lesson and its drawings put together to a document."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from app.core.document import Argument, Document, GraphLayout, Model, Preset, Recipe
from app.core.draw import Drawing, graphs
from blocks import library
from templates._lesson import read


def document(
    docstring: str | None,
    *drawings: Drawing,
    arguments: Sequence[Argument],
    models: Sequence[Model],
    recipe: Recipe,
    presets: Sequence[Preset],
    layout: Mapping[str, GraphLayout] | None = None,
) -> Document:
    """The document of a template. ``docstring`` is its module's; the first preset is the one that it opens with."""
    lesson = read(docstring or "")
    return Document(
        title=lesson.title,
        summary=lesson.summary,
        credit=lesson.credit,
        lesson=lesson.text,
        arguments=tuple(arguments),
        graphs=graphs(library(), *drawings, models={model.name: model.graph for model in models}),
        models={model.name: model for model in models},
        recipe=recipe,
        presets={preset.name: preset for preset in presets},
        preset=presets[0].name,
        layout=dict(layout or {}),
    )
