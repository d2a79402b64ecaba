"""The verbs around runs: train and runs. A run is a program of its own; here it is started, watched and judged."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from app import runs
from app.cli import console, results
from app.cli.console import Exit, RefusedError, say
from app.cli.opened import open_document
from app.cli.progress import Progress
from app.cli.readiness import refuse_missing_data, refuse_too_large
from app.cli.taking import runs_of, told
from app.core.document import Goal
from app.core.goals import bounds, is_reached

POLL = 0.1
_DEVICE = re.compile(r"auto|cpu|mps|(cuda|xpu)(:\d{1,3})?")


@dataclass(frozen=True)
class Wishes:
    """What was asked for beside document and preset."""

    device: str | None = None
    seed: int | None = None
    budget: int | None = None
    out: Path | None = None
    force: bool = False


def train_document(
    target: str | None, preset: str | None, wishes: Wishes, resume: Path | None, *, as_json: bool
) -> int:
    """Start a run, or go on with one, and watch it to its end; gives the exit code."""
    if wishes.device is not None and not _DEVICE.fullmatch(wishes.device):
        message = f"“{wishes.device}” is no device. Take auto, cpu, mps, cuda, or one of several as cuda:1."
        raise RefusedError(message, Exit.USAGE)
    begun = time.monotonic()
    run = _resumed(preset, wishes, resume) if resume is not None else _started(target, preset, wishes)
    say(f"The run is in {run.folder}")
    progress = Progress()
    interrupted = False
    try:
        status = _watched(run, progress)
    except KeyboardInterrupt:
        interrupted = True
        say("Stopping after this step; the checkpoint is kept. (Ctrl-C again leaves the run to itself.)")
        run.stop()
        status = run.wait()
    progress.end(run, status)
    settings = run.settings
    goal = _goal_of(run)
    latest = latest_values(run)
    judged = judge(goal, latest) if goal is not None and status.state == "finished" else None
    result = results.Trained(
        document=target or settings.document or settings.title,
        preset=settings.preset,
        run=str(run.folder),
        state=status.state,
        message=status.message,
        step=status.step,
        steps=status.steps,
        seconds=round(time.monotonic() - begun, 2),
        metrics=latest,
        goal=judged,
    )
    _tell(run, status, judged)
    console.give(result, str(run.folder), as_json=as_json)
    return _exit(status, judged, interrupted=interrupted)


def _exit(status: runs.Status, goal: results.GoalRow | None, *, interrupted: bool) -> int:
    if interrupted or status.state == "stopped":
        return Exit.INTERRUPTED
    if status.state != "finished":
        return Exit.ENGINE
    return Exit.DONE if goal is None or goal.reached else Exit.MISSED


def _tell(run: runs.Run, status: runs.Status, goal: results.GoalRow | None) -> None:
    if status.state == "finished" and goal is not None:
        came = "did not come" if goal.value is None else f"is {goal.value:.4g}"
        wanted = bounds(goal.at_least, goal.at_most)
        say(f"The goal is {'reached' if goal.reached else 'missed'}: {goal.metric} should be {wanted} and {came}.")
    elif status.state == "stopped":
        say(f"Stopped at step {status.step}. Go on with: netloom train --resume {run.folder}")
    elif status.state != "finished":
        say(status.message or "The training program ended without a word.")
        say(f"What it printed is in {run.folder / 'log.txt'}")


# -- starting -------------------------------------------------------------------------------------------------------


def _started(target: str | None, preset: str | None, wishes: Wishes) -> runs.Run:
    if target is None:
        raise RefusedError("Name a document or template to train, or a run with --resume.", Exit.USAGE)
    opened = open_document(target, preset)
    elaboration = opened.sound()
    if opened.document.recipe is None:
        raise RefusedError(f"“{target}” has no recipe, so there is nothing to train. Choose data for it in the editor.")
    out = wishes.out.resolve() if wishes.out is not None else None
    with told(target), opened.place():
        refuse_missing_data(opened, elaboration)
        refuse_too_large(elaboration, wishes.device, force=wishes.force)
        return runs.start_run(
            opened.document,
            opened.library,
            opened.preset or None,
            path=opened.path,
            out=out,
            device=wishes.device,
            seed=wishes.seed,
            steps=wishes.budget,
        )


def _resumed(preset: str | None, wishes: Wishes, folder: Path) -> runs.Run:
    given = {"--preset": preset, "--seed": wishes.seed, "--budget": wishes.budget, "--out": wishes.out}
    extra = [name for name, value in given.items() if value is not None]
    if extra:
        raise RefusedError(f"A resumed run keeps what it was started with: leave out {', '.join(extra)}.", Exit.USAGE)
    with told(str(folder)):
        run = runs.attach(folder)
        status = run.status()
        if status.is_active and status.state != "paused":
            say("The run is at work already; watching it.")
        elif status.state == "finished":
            say("The run had come to its end already.")
        else:
            run.resume(device=wishes.device)
        return run


# -- watching -------------------------------------------------------------------------------------------------------


def _watched(run: runs.Run, progress: Progress) -> runs.Status:
    """Follow the run until it ends."""
    while True:
        status = run.status()
        progress.update(status, run)
        if not status.is_active:
            return status
        if status.state == "paused" and status.message:
            raise RefusedError(status.message, Exit.ENGINE)
        time.sleep(POLL)


def latest_values(run: runs.Run) -> dict[str, float | None]:
    """The last value of every metric."""
    return {metric.name: metric.value for metric in run.metrics()}


def _goal_of(run: runs.Run) -> Goal | None:
    chosen = run.document().chosen(run.settings.preset or None)
    return chosen.goal if chosen is not None else None


def judge(goal: Goal, values: Mapping[str, float | None]) -> results.GoalRow:
    """Whether what came reaches the goal."""
    name = f"{goal.evaluation}.{goal.metric}"
    value = values.get(name)
    reached = value is not None and is_reached(goal, value)
    return results.GoalRow(metric=name, at_least=goal.at_least, at_most=goal.at_most, value=value, reached=reached)


# -- listing --------------------------------------------------------------------------------------------------------


def list_runs(target: str | None, *, as_json: bool) -> None:
    """The runs of a document, newest first; without one those of templates and of the documents in this folder."""
    if target is None:
        found = runs_here()
    else:
        opened = open_document(target, runs=False)
        found = runs_of(opened.path, opened.document)
    lines = tuple(row for run in found if (row := _row(run)) is not None)
    header = ("created", "document", "preset", "state", "step", "run")
    cells = [
        (row.created[:19].replace("T", " "), row.title, row.preset, row.state, f"{row.step}/{row.steps}", row.run)
        for row in lines
    ]
    text = console.table(header, cells, right=(4,)) if cells else ""
    if not cells:
        say("There are no runs yet." if target is not None else "No run of a template or of a document here.")
    console.give(results.Runs(runs=lines), text, as_json=as_json)


def runs_here() -> list[runs.Run]:
    """Every run that is found without being told where: of templates, and beside the documents in this folder."""
    beside = [run for folder in Path.cwd().glob("*.runs") for run in runs.list_runs(folder.with_suffix(".netloom"))]
    return sorted(runs.list_runs() + beside, key=lambda run: run.folder.name, reverse=True)


def _row(run: runs.Run) -> results.RunRow | None:
    try:
        settings, status = run.settings, run.status()
    except (runs.RunError, OSError) as error:
        say(f"{run.folder} is passed over: {error}")
        return None
    return results.RunRow(
        run=str(run.folder),
        title=settings.title,
        preset=settings.preset,
        created=settings.created,
        state=status.state,
        message=status.message,
        step=status.step,
        steps=status.steps or settings.steps,
    )
