"""What a preset must reach: whether a value does, how that reads, and goals that nothing could reach."""

from __future__ import annotations

from collections.abc import Iterator

from app.core.document import Document, Goal
from app.core.problems import Path, Problem, Severity


def is_reached(goal: Goal, value: float) -> bool:
    return (goal.at_least is None or value >= goal.at_least) and (goal.at_most is None or value <= goal.at_most)


def bounds(at_least: float | None, at_most: float | None) -> str:
    """“at least 0.9”."""
    stated = (("at least", at_least), ("at most", at_most))
    return " and ".join(f"{word} {value:g}" for word, value in stated if value is not None) or "anything"


def goal_problems(document: Document) -> Iterator[Problem]:
    """Goals over evaluations or metrics that there are not, or that state nothing; they hinder no training."""
    for preset in document.presets.values():
        reason = _why_not(preset.goal, document) if preset.goal is not None else None
        if reason is not None:
            where = Path("", "", f"presets.{preset.name}.goal")
            yield Problem(f"The goal of the preset “{preset.name}” {reason}.", where, Severity.WARNING)


def _why_not(goal: Goal, document: Document) -> str | None:
    recipe = document.recipe
    if recipe is None:
        return "has nothing that measures it, since the document has no recipe: give it one, or take the goal away"
    evaluation = next((one for one in recipe.evaluations if one.name == goal.evaluation), None)
    if evaluation is None:
        known = ", ".join(one.name for one in recipe.evaluations) or "none"
        return f"is over the evaluation “{goal.evaluation}”, which the recipe does not have; there are: {known}"
    graph = document.graphs.get(evaluation.graph)
    if graph is not None and goal.metric not in [port.name for port in graph.outputs]:
        known = ", ".join(port.name for port in graph.outputs) or "nothing"
        return f"is over “{goal.metric}”, which the evaluation “{evaluation.name}” does not give; it gives: {known}"
    if goal.at_least is None and goal.at_most is None:
        return "states no value: say at least or at most how much it should be"
    if goal.at_least is not None and goal.at_most is not None and goal.at_least > goal.at_most:
        return f"cannot be reached: {bounds(goal.at_least, goal.at_most)}"
    return None
