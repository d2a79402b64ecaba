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

import msgspec

from app import paths
from app.codegen.training import source_files
from app.core import files
from app.core.block import Library
from app.core.document import Document
from app.core.recipe import plain_recipe, set_at
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


def start_run(
    document: Document,
    library: Library,
    preset: str | None = None,
    *,
    path: Path | None = None,
    out: Path | None = None,
    device: str | None = None,
    seed: int | None = None,
    steps: int | None = None,
    workers: int = 0,
    threads: int | None = None,
    exact: bool = False,
) -> Run:
    """Make a run folder and start training in it.

    ``path`` is the document's file: runs lie beside it. ``out`` names the run folder itself. ``steps`` is the budget:
    stages keep their proportions.
    """
    run = make_run(
        document, library, preset, path=path, out=out, device=device, seed=seed, steps=steps, workers=workers,
        threads=threads, exact=exact,
    )  # fmt: skip
    run.launch()
    return run


def make_run(
    document: Document,
    library: Library,
    preset: str | None = None,
    *,
    path: Path | None = None,
    out: Path | None = None,
    device: str | None = None,
    seed: int | None = None,
    steps: int | None = None,
    workers: int = 0,
    threads: int | None = None,
    exact: bool = False,
) -> Run:
    """Make a run folder without starting it."""
    if steps is not None:
        document = with_budget(document, preset, steps)
    sources = source_files(document, library, preset)
    recipe = plain_recipe(document, preset)
    if recipe is None:
        raise RunError("The document has no recipe, so there is nothing to train. Choose a data source.")
    settings = Settings(
        title=document.title,
        preset=preset or document.preset,
        seed=recipe.seed if seed is None else seed,
        device=device or recipe.device,
        workers=workers,
        threads=threads or default_threads(),
        exact=exact,
        steps=sum(stage.steps for stage in recipe.stages),
        created=datetime.now().astimezone().isoformat(timespec="seconds"),
        document=str(path.resolve()) if path is not None else "",
        folder=str(path.resolve().parent) if path is not None else os.getcwd(),
    )
    try:
        folder = _new_folder(out, paths.runs(path), settings.preset)
        return fill_folder(folder, document, settings, sources)
    except OSError as error:
        where = error.filename or out or paths.runs(path)
        raise RunError(f"The run's folder cannot be written ({where}): {error.strerror or error}.") from error


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


def _new_folder(out: Path | None, parent: Path, preset: str) -> Path:
    if out is not None:
        if out.is_dir() and any(out.iterdir()):
            raise RunError(f"“{out}” is not empty. Choose a new folder for the run, or resume the run that is there.")
        out.mkdir(parents=True, exist_ok=True)
        return out.resolve()
    parent.mkdir(parents=True, exist_ok=True)
    label = "".join(c if c.isalnum() or c in "-_" else "-" for c in preset)
    stem = datetime.now().strftime("%Y%m%d-%H%M%S") + (f"-{label}" if label else "")
    for number in range(1, 1000):
        folder = parent / (stem if number == 1 else f"{stem}-{number}")
        with contextlib.suppress(FileExistsError):
            folder.mkdir()
            return folder.resolve()
    raise RunError(f"There is no free name for a run in {parent}.")


__all__ = [
    "ACTIVE",
    "Metric",
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
