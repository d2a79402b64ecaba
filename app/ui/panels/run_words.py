"""Runs, goals and the engine in words. No Qt."""

from __future__ import annotations

from app.client import EngineState, State
from app.core.document import Goal
from app.runs import Run, RunError, Status


def engine_sentence(state: EngineState) -> str:
    """What the status bar says of the engine: nothing where all is well."""
    if state.message:
        return state.message
    return "The engine is warming up…" if state.state is State.STARTING else ""


def describe(run: Run) -> str:
    """A run in a line: when, which preset, how it stands."""
    try:
        made, status = run.settings, run.status()
    except (RunError, OSError):
        return f"{run.folder.name} (cannot be read)"
    when = made.created.replace("T", " ")[:16]
    return f"{when}  {made.preset}  {status.state}, step {status.step:,}"


def sentence(status: Status) -> str:
    """How far a run is, with the time left."""
    place = f"step {status.step:,} of {status.steps:,}"
    left = status.seconds_left
    if status.state == "running":
        pace = f", {status.rate:.3g} steps/s" if status.rate else ""
        return f"Running: {place}{pace}" + (f", {duration(left)} left" if left is not None else "")
    words = {
        "starting": "Starting…",
        "paused": f"Paused at {place}.",
        "stopped": f"Stopped at {place}. Resume goes on from there.",
        "finished": f"Finished: {place}.",
        "failed": f"Failed at {place}.",
        "gone": f"Ended unexpectedly at {place}.",
    }
    return words.get(status.state, f"{status.state.capitalize()}: {place}")


def duration(seconds: float) -> str:
    """A time in words: ``40 s``, ``3 min``, ``2 h 5 min``."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60} min"


def is_reached(goal: Goal, value: float) -> bool:
    if goal.at_least is not None:
        return value >= goal.at_least
    return goal.at_most is None or value <= goal.at_most


def goal_sentence(goal: Goal, reached: float | None) -> str:
    bound = f"at least {goal.at_least:g}" if goal.at_least is not None else f"at most {goal.at_most:g}"
    wanted = f"Goal: {goal.metric} on {goal.evaluation} {bound}"
    if reached is None:
        return f"{wanted}."
    return f"{wanted}; it is {reached:.4g}, so it is {'reached' if is_reached(goal, reached) else 'not reached yet'}."
