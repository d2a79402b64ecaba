"""The verbs that give something to take away: code and export."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from app import drawing, takeaway
from app.cli import console, results
from app.cli.console import Exit, RefusedError
from app.cli.opened import Opened, open_document
from app.codegen.generate import model_source, steps_source
from app.codegen.source import GenerationError
from app.codegen.training import train_source
from app.core.document import Document
from app.core.recipe import RecipeError
from app.runs import Run, RunError, attach, list_runs


@contextlib.contextmanager
def told(name: str) -> Iterator[None]:
    """What can go wrong with a document or a file, as a sentence."""
    try:
        yield
    except GenerationError as error:
        raise RefusedError(f"“{name}” cannot become code: {error}") from error
    except (RecipeError, RunError, takeaway.TakeawayError, drawing.DrawingError) as error:
        raise RefusedError(str(error)) from error


# -- code -----------------------------------------------------------------------------------------------------------


def write_code(target: str, preset: str | None, part: str, output: Path | None, *, force: bool, as_json: bool) -> None:
    """model.py, steps.py or train.py on standard output or in a file; or all of it in a folder."""
    output = None if output == Path("-") else output
    if part == "all" and output is None and not as_json:
        raise RefusedError("The whole code is several files: name a folder for them with -o FOLDER.", Exit.USAGE)
    opened = open_document(target, preset)
    opened.sound()
    if part != "model" and opened.document.recipe is None:
        raise RefusedError(f"“{target}” has no recipe, so there is only its model. Leave out --part {part}.")
    with told(target), opened.place():
        texts = _texts(opened, part)
    if output is None:
        result = results.Code(document=target, preset=opened.preset, texts=texts)
        console.give(result, next(iter(texts.values())), as_json=as_json)
        return
    with told(target):
        if part == "all":
            files = _written_code(output, {name: text.encode() for name, text in texts.items()}, force=force)
        else:
            (text,) = texts.values()
            files = _written_file(output, text.encode(), force=force)
    _give_files(results.Code(document=target, preset=opened.preset, files=files), output, as_json=as_json)


def _texts(opened: Opened, part: str) -> dict[str, str]:
    document, preset = opened.document, opened.preset or None
    if part == "all":
        return {name: data.decode() for name, data in takeaway.code_folder(document, opened.library, preset).items()}
    make = {"model": model_source, "steps": steps_source, "train": train_source}[part]
    return {f"{part}.py": make(document, opened.library, preset).text}


def _written(folder: Path, contents: Mapping[str, bytes], *, force: bool) -> tuple[str, ...]:
    """Write a folder's files, and say of each whether it is new, replaced, or was so already."""
    states = takeaway.compared(folder, contents)
    files = takeaway.write_files(folder, contents, force=force)
    for file, state in zip(files, states.values(), strict=True):
        console.say(f"{_DONE[state]} {file}")
    return tuple(str(file) for file in files)


def _written_code(folder: Path, contents: Mapping[str, bytes], *, force: bool) -> tuple[str, ...]:
    """The same for a folder of code. With ``force``, what another preset alone needed there goes."""
    files = _written(folder, contents, force=force)
    for file in takeaway.left_over(folder, contents) if force else ():
        with contextlib.suppress(OSError):  # it does no harm where it cannot be removed
            file.unlink()
            console.say(f"removed {file}, which another preset reads its data with")
    return files


def _written_file(file: Path, data: bytes, *, force: bool) -> tuple[str, ...]:
    (state,) = takeaway.compared(file.parent, {file.name: data}).values()
    takeaway.write_file(file, data, force=force)
    console.say(f"{_DONE[state]} {file}")
    return (str(file),)


_DONE = {"new": "wrote", "changed": "wrote over", "same": "unchanged:"}


def _give_files(result: results.Code | results.Exported, output: Path, *, as_json: bool) -> None:
    console.give(result, str(output.resolve()), as_json=as_json)


# -- export ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Order:
    """What to export, and where to."""

    format: str
    output: Path | None
    graph: str | None
    run: Path | None
    force: bool


def export_document(target: str, preset: str | None, order: Order, *, as_json: bool) -> None:
    """Write the code folder, weights or a picture; the place is the last line."""
    opened = open_document(target, preset, runs=order.format == "code")
    stem = opened.path.stem if opened.path is not None else target
    with told(target):
        if order.format == "code":
            opened.sound()
            output = order.output or Path(f"{stem}-code")
            with opened.place():
                contents = takeaway.code_folder(opened.document, opened.library, opened.preset or None)
            files = _written_code(output, contents, force=order.force)
        elif order.format == "safetensors":
            output = order.output or Path(f"{stem}-weights")
            run = attach(order.run) if order.run is not None else newest_run(opened)
            files = _written(output, takeaway.weights(run), force=order.force)
        else:
            output = order.output or Path(f"{stem}.{order.format}")
            files = _written_file(output, _picture(opened, order), force=order.force)
    _give_files(results.Exported(document=target, format=order.format, files=files), output, as_json=as_json)


def _picture(opened: Opened, order: Order) -> bytes:
    graph = order.graph or drawing.first_graph(opened.document)
    elaboration = opened.elaborated()
    if order.format == "png":
        return drawing.png(elaboration, graph)
    return drawing.svg(elaboration, graph).encode()


def newest_run(opened: Opened) -> Run:
    """The newest run of this document that has a checkpoint."""
    found = next((run for run in runs_of(opened.path, opened.document) if run.checkpoints()), None)
    if found is None:
        hint = f"netloom train {opened.name}"
        raise RefusedError(f"“{opened.name}” has no trained run yet. Train it first: {hint}; or name a run with --run.")
    return found


def runs_of(path: Path | None, document: Document) -> list[Run]:
    """The runs of a document, newest first; a template's lie among those of other unsaved documents."""
    found = list_runs(path)
    return found if path is not None else [run for run in found if run.settings.title == document.title]
