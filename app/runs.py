"""Runs: made, started, found again.

run = start_run(document, library, preset="quick")
run.status(), run.metrics(since=0), run.previews(), run.pause(), run.resume(), run.stop(), run.wait()
run = attach(folder)            # after a restart of the editor, or from the command line
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import TypedDict, Unpack

import msgspec

from app import folders, paths
from app.codegen.training import source_files
from app.core import files
from app.core.block import Library
from app.core.document import Document
from app.core.recipe import plain_recipe, set_at
from app.core.results import Elaboration
from app.run_folder import (
    ACTIVE,
    Metric,
    PreviewFile,
    Run,
    RunError,
    Settings,
    Status,
    default_threads,
    is_alive,
    write_struct,
)


class Options(TypedDict, total=False):
    """How a run is made. ``path`` is the document's file: runs lie beside it. ``out`` names the run folder itself.
    ``steps`` is the budget: stages keep their proportions. ``before`` is an elaboration of the document, which saves
    work. What is left out is as the recipe says.
    """

    path: Path | None
    out: Path | None
    device: str | None
    seed: int | None
    steps: int | None
    workers: int
    threads: int | None
    exact: bool
    before: Elaboration | None


def start_run(document: Document, library: Library, preset: str | None = None, **options: Unpack[Options]) -> Run:
    """Make a run folder and start training in it."""
    run = make_run(document, library, preset, **options)
    run.launch()
    return run


def make_run(document: Document, library: Library, preset: str | None = None, **options: Unpack[Options]) -> Run:
    """Make a run folder without starting it."""
    path, out, seed, steps = options.get("path"), options.get("out"), options.get("seed"), options.get("steps")
    if steps is not None:
        document = with_budget(document, preset, steps)
    sources = source_files(document, library, preset, options.get("before"))
    recipe = plain_recipe(document, preset)
    if recipe is None:
        raise RunError("The document has no recipe, so there is nothing to train. Choose a data source.")
    settings = Settings(
        title=document.title,
        preset=preset or document.preset,
        seed=recipe.seed if seed is None else seed,
        device=options.get("device") or recipe.device,
        workers=options.get("workers", 0),
        threads=options.get("threads") or default_threads(),
        exact=options.get("exact", False),
        steps=sum(stage.steps for stage in recipe.stages),
        created=datetime.now().astimezone().isoformat(timespec="seconds"),
        document=str(path.resolve()) if path is not None else "",
        folder=str(path.resolve().parent) if path is not None else os.getcwd(),
    )
    try:
        return Run(_filled(out, paths.runs(path), settings, document, sources))
    except OSError as error:
        where = out or paths.runs(path)
        reason = error.strerror or error
        raise RunError(
            f"The run's folder cannot be written in “{where}”: {reason}. Free some space, or choose another place."
        ) from error


def fill_folder(folder: Path, document: Document, settings: Settings, sources: Mapping[str, str]) -> Run:
    """Write what a run begins with."""
    (folder / "document.netloom").write_bytes(files.encode(document))
    for name, text in sources.items():
        file = folder / "source" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    write_struct(folder / "settings.json", settings)
    return Run(folder)


def attach(folder: Path | str) -> Run:
    """The run in a folder, whoever started it."""
    run = Run(Path(folder))
    if not (run.folder / "settings.json").is_file():
        raise RunError(f"“{folder}” is not the folder of a run: it has no settings.json.")
    return run


def list_runs(path: Path | None = None) -> list[Run]:
    """The runs of a document's file (or of unsaved documents), newest first."""
    found = (folder.parent for folder in paths.runs(path).glob("*/settings.json"))
    return [Run(folder) for folder in sorted(found, key=lambda folder: folder.name, reverse=True)]


def with_budget(document: Document, preset: str | None, steps: int) -> Document:
    """The document with this many steps in all under the preset; stages keep their proportions."""
    recipe = plain_recipe(document, preset)
    if recipe is None or steps < 1:
        raise RunError(f"A budget is a number of steps of at least 1 for a document with a recipe; {steps} came.")
    total = sum(stage.steps for stage in recipe.stages)
    wanted = {f"stages.{stage.name}.steps": max(1, round(stage.steps * steps / total)) for stage in recipe.stages}
    chosen = document.chosen(preset)
    if chosen is not None:
        changed = msgspec.structs.replace(chosen, recipe={**chosen.recipe, **wanted})
        return msgspec.structs.replace(document, presets={**document.presets, chosen.name: changed})
    made = document.recipe
    for place, value in wanted.items():
        assert made is not None
        made = set_at(made, place, value)
    return msgspec.structs.replace(document, recipe=made)


def _filled(out: Path | None, parent: Path, settings: Settings, document: Document, sources: Mapping[str, str]) -> Path:
    """Make the run's folder with all that a run begins with, or none."""
    if out is not None:
        if out.is_dir() and any(out.iterdir()):
            raise RunError(f"“{out}” is not empty. Choose a new folder for the run, or resume the run that is there.")
        with folders.whole(out) as staged:
            fill_folder(staged, document, settings, sources)
        return out.resolve()
    label = "".join(c if c.isalnum() or c in "-_" else "-" for c in settings.preset)
    stem = datetime.now().strftime("%Y%m%d-%H%M%S") + (f"-{label}" if label else "")
    for number in range(1, 1000):
        folder = parent / (stem if number == 1 else f"{stem}-{number}")
        with contextlib.suppress(FileExistsError):
            with folders.whole(folder, new=True) as staged:
                fill_folder(staged, document, settings, sources)
            return folder.resolve()
    raise RunError(f"There is no free name for a run in {parent}.")


__all__ = [
    "ACTIVE",
    "Metric",
    "Options",
    "PreviewFile",
    "Run",
    "RunError",
    "Settings",
    "Status",
    "attach",
    "default_threads",
    "fill_folder",
    "is_alive",
    "list_runs",
    "make_run",
    "start_run",
    "with_budget",
]
