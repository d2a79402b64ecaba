"""What stands in the way of training a sound document here: data that is missing, too little memory."""

from __future__ import annotations

import sys

from app.cli.console import Exit, RefusedError, say
from app.cli.opened import Opened
from app.core.block import Source
from app.core.demand import too_large
from app.core.elaborate import Elaboration, elaborate, source_fields
from app.core.problems import Path, Problem, Severity
from app.core.recipe import plain_recipe
from app.core.resolve import Refusal
from app.machine import main_memory
from blocks import library


def missing_data(elaboration: Elaboration) -> Problem | None:
    """A warning where what the recipe trains on is not here. Relative paths are meant from the working folder."""
    try:
        source = data_of(elaboration)
    except Refusal as refusal:
        return refusal.problem
    return _data_problem(source, source.missing() if source is not None else None)


def damaged_data(elaboration: Elaboration, looked_at: set[Source]) -> Problem | None:
    """A warning where files of the data cannot be read; each source is looked at once, since all of it is read."""
    try:
        source = data_of(elaboration)
    except Refusal:
        return None
    if source is None or source in looked_at:
        return None
    looked_at.add(source)
    return _data_problem(source, source.damaged())


def data_of(elaboration: Elaboration) -> Source | None:
    """What the recipe trains on; Refusal where its arguments do not fit."""
    recipe = plain_recipe(elaboration.document, elaboration.preset or None)
    return source_fields(recipe.data, library(), elaboration.values)[0] if recipe is not None else None


def _data_problem(source: Source | None, sentence: str | None) -> Problem | None:
    if source is None or sentence is None:
        return None
    message = f"The data of {type(source).__name__} cannot be used: {sentence}"
    return Problem(message, Path("", "", "data"), Severity.WARNING)


def refuse_missing_data(opened: Opened, elaboration: Elaboration) -> None:
    """Where the data is not here, say so and name what would work: a preset whose data is, or how to set it."""
    problem = missing_data(elaboration)
    if problem is None:
        return
    ready = _presets_with_data(opened, elaboration)
    if ready:
        remedy = f"Or train on data that is here: netloom train {opened.name} --preset {ready[0]}"
    elif opened.path is None:
        remedy = f"Make a document of it (netloom new {opened.name} mine.netloom), and choose its data there."
    else:
        remedy = "Choose the data in the editor, or set it in the document under “recipe”, “data”."
    under = f" (preset “{opened.preset}”)" if opened.preset else ""
    raise RefusedError(f"“{opened.name}”{under} cannot be trained yet. {problem.message} {remedy}")


def _presets_with_data(opened: Opened, elaboration: Elaboration) -> list[str]:
    """Presets that could be trained now, “quick” first."""
    others = [name for name in opened.document.presets if name != elaboration.preset]
    found = []
    for name in sorted(others, key=lambda name: name != "quick"):
        other = elaborate(opened.document, opened.library, name, elaboration)
        if other.is_sound and missing_data(other) is None:
            found.append(name)
    return found


def refuse_too_large(elaboration: Elaboration, device: str | None, *, force: bool) -> None:
    """Where more would be held than the device has: ask who sits there, else refuse; ``force`` starts all the same."""
    problem = too_large(elaboration, main_memory()[0])
    if problem is None or force or not _is_too_large_there(elaboration, device):
        return
    if all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stderr)):
        say(problem.message)
        say("Start all the same? [y/N]")
        if sys.stdin.readline().strip().lower() in ("y", "yes"):
            return
        raise RefusedError("Not started.", Exit.PROBLEMS)
    raise RefusedError(f"{problem.path}: {problem.message} To start all the same, add --force.")


def _is_too_large_there(elaboration: Elaboration, device: str | None) -> bool:
    """Whether no device that would be taken has the memory, either: a GPU may have more than the machine beside it."""
    recipe = elaboration.document.recipe
    device = device or (recipe.device if recipe is not None else None)
    if device == "cpu":
        return True
    from app.cli.engine import ask
    from app.messages import Devices, ListDevices

    devices = ask(ListDevices(), Devices).devices
    meant = [one for one in devices if device in (None, "auto", one.name, one.name.partition(":")[0])][:1]
    return all(one.memory is not None and too_large(elaboration, one.memory) is not None for one in meant)
