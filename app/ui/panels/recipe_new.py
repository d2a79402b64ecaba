"""What a new stage, phase, evaluation or preview begins as: like the last of its kind, else the simplest. No Qt."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from app.core.changes import fresh
from app.core.document import Document, Evaluation, Preview
from app.core.recipe_edits import Part, part_of

NO_GRAPH = "There is no graph to run yet. Draw one that calls a model (Graphs, New graph), then add it here."


def another(document: Document, group: Part, graphs: list[str]) -> Any:
    """One more of a group, or a sentence that says what is needed first. ``graphs``: those that can be run."""
    assert document.recipe is not None
    items = part_of(document, group).phases if len(group) == 2 else getattr(document.recipe, group[0])
    taken = [item.name for item in items]
    if items:
        return replace(items[-1], name=fresh(items[-1].name, taken))
    if not graphs:
        return NO_GRAPH
    if group == ("evaluations",):
        return Evaluation(name="validation", graph=_like(graphs, "eval"), every=100)
    return Preview(name="preview", graph=_like(graphs, "predict", "sample"), show="images", every=100)


def _like(graphs: list[str], *words: str) -> str:
    """The graph whose name speaks of it, else the last."""
    return next((name for name in graphs for word in words if word in name.lower()), graphs[-1])
