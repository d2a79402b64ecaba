"""Runs, goals and the engine in words. No Qt."""

from __future__ import annotations

from app.client import EngineState, State
from app.core.document import Goal
from app.core.goals import bounds, is_reached
from app.runs import Run, RunError, Status


def engine_sentence(state: EngineState) -> str:
    """What the status bar says of the engine: nothing where all is well."""
    if state.message:
        return state.message
    return "PyTorch is loading…" if state.state is State.STARTING else ""


def describe(run: Run) -> str:
    """A run in a line: when, which preset, how it stands."""
    try:
        made, status = run.settings, run.status()
    except (RunError, OSError):
        return f"{run.folder.name} (cannot be read)"
    when = made.created.replace("T", " ")[5:16]
    preset = f" {made.preset}," if made.preset else ""
    return f"{when}{preset} {title_of(status).lower().rstrip('…')}"


TITLES = {
    "starting": "Starting…",
    "running": "Training",
    "paused": "Paused",
    "stopped": "Stopped",
    "finished": "Finished",
    "failed": "Failed",
    "gone": "Ended unexpectedly",
}


def title_of(status: Status) -> str:
    """How a run stands, in a word or two."""
    return TITLES.get(status.state, status.state.capitalize())


def progress(status: Status, stages: int = 1) -> str:
    """How far a run is, how fast, and the time left."""
    place = f"Step {status.step:,} of {status.steps:,}"
    if stages > 1 and status.stage and status.is_active:
        place += f", stage {status.stage}"
    if status.state == "starting":
        return "Python, PyTorch and the data are being loaded."
    if status.state == "running":
        left = status.seconds_left
        pace = f" · {speed(status.rate)}" if status.rate else ""
        return place + pace + (f" · {duration(left)} left" if left is not None else "")
    if status.state == "stopped":
        return f"{place}. Resume goes on from there."
    return f"{status.step:,} steps" if status.state == "finished" else place


def speed(rate: float) -> str:
    """Steps in a second; seconds for a step where it takes longer."""
    return f"{rate:,.0f} steps/s" if rate >= 10 else f"{rate:.1f} steps/s" if rate >= 1 else f"{1 / rate:.1f} s a step"


def duration(seconds: float) -> str:
    """A time in words: ``40 s``, ``3 min``, ``2 h 5 min``."""
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60} min"


def goal_sentence(goal: Goal, reached: float | None, *, over: bool = False) -> str:
    """What is to be reached, and how near it is."""
    bound = bounds(goal.at_least, goal.at_most)
    wanted = f"{goal.metric} on {goal.evaluation} {bound}"
    if reached is None:
        return f"Goal: {wanted}"
    if is_reached(goal, reached):
        return f"Goal reached: {goal.metric} on {goal.evaluation} is {reached:.4g} ({bound} is wanted)"
    return f"Goal {'missed' if over else 'not reached yet'}: {wanted} is wanted; it is {reached:.4g}"
