"""The verb that gives a trained model something and shows what it makes of it: run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from app import messages, requests, runs, takeaway
from app.cli import console, results
from app.cli.allowing import library_for
from app.cli.console import Exit, RefusedError
from app.cli.engine import ask
from app.cli.opened import open_document
from app.cli.taking import newest_run, told
from app.messages import Example, Given, ImageFile, Ran, Text, Values
from app.requests import Runnable

MOST_CLASSES = 5


@dataclass(frozen=True)
class Wanted:
    """What to run, on what."""

    inputs: tuple[str, ...] = ()
    graph: str | None = None
    run: Path | None = None
    checkpoint: str = ""
    split: str = "test"
    example: int = 0
    invert: bool = False
    output: Path | None = None


def run_graph(target: str, wanted: Wanted, *, as_json: bool) -> None:
    """Give a graph of a trained run its inputs, and show what comes out."""
    run = _run(target, wanted)
    with told(target):
        document, preset = run.document(), run.settings.preset or None
        blocks = library_for(document, target, runs=True)
        graph = _chosen(requests.runnables(document, blocks, preset), wanted.graph)
        given = _given(graph, wanted)
        try:
            request = requests.run_request(run, blocks, graph.name, given, checkpoint=wanted.checkpoint)
        except ValueError as error:
            raise RefusedError(str(error), Exit.USAGE) from error
    answer = ask(request, Ran)
    with told(target):
        folder = wanted.output or run.folder / "outputs"
        outputs = tuple(_shown(one, folder) for one in answer.shown)
        asked = tuple(_shown(one, folder, "given-") for one in answer.given)
    result = results.Ran(
        run=str(run.folder),
        graph=graph.name,
        checkpoint=answer.checkpoint,
        seconds=answer.seconds,
        outputs=outputs,
        given=asked,
    )
    lines = [f"given {_text(one)}" for one in asked] + [_text(one) for one in outputs]
    console.give(result, "\n".join(lines), as_json=as_json)


def _run(target: str, wanted: Wanted) -> runs.Run:
    with told(target):
        if wanted.run is not None:
            return runs.attach(wanted.run)
        if (Path(target) / "settings.json").is_file():
            return runs.attach(target)
    return newest_run(open_document(target, runs=False))


def _chosen(found: Sequence[Runnable], name: str | None) -> Runnable:
    names = ", ".join(one.name for one in found) or "none"
    chosen = next((one for one in found if name is None or one.name == name), None)
    if chosen is None:
        raise RefusedError(f"“{name}” cannot be given an input; these can: {names}.", Exit.USAGE)
    return chosen


def _given(graph: Runnable, wanted: Wanted) -> dict[str, Given]:
    """What each input gets: as named (``image=3.png``), in order, or an example of the data."""
    names = [tensor.name for tensor in graph.inputs]
    forms = dict(zip(names, graph.takes, strict=True))
    found: dict[str, Given] = {}
    for text in wanted.inputs:
        name, separator, value = text.partition("=")
        if not separator or name not in names:
            name, value = next((free for free in names if free not in found), ""), text
        if not name:
            raise RefusedError(f"{graph.name} takes {len(names)} inputs ({', '.join(names)}); more came.", Exit.USAGE)
        found[name] = _one(name, value, forms[name], wanted)
    return {name: found.get(name, Example(wanted.split, wanted.example)) for name in names}


def _one(name: str, value: str, form: str, wanted: Wanted) -> Given:
    if form == "text":
        return Text(value)
    if form == "image":
        if not Path(value).is_file():
            raise RefusedError(f"“{name}” takes an image, and there is no file “{value}”.")
        return ImageFile(str(Path(value).resolve()), wanted.invert)
    try:
        return Values(msgspec.json.decode(value))
    except msgspec.DecodeError as error:
        raise RefusedError(
            f"“{name}” takes numbers, as a JSON list such as [[0.1, 2]]; “{value[:40]}” came ({error}).", Exit.USAGE
        ) from error


def _shown(one: messages.Shown, folder: Path, prefix: str = "") -> results.Shown:
    """A picture goes into a file."""
    file = ""
    if one.png:
        file = str(takeaway.write_file(folder / f"{prefix}{one.name}.png", one.png, force=True).resolve())
    return results.Shown(name=one.name, kind=one.kind, text=one.text, labels=one.labels, values=one.values, file=file)


def _text(one: results.Shown) -> str:
    if one.file:
        return f"{one.name}: {one.file}"
    if one.kind == "bars" and one.values is not None:
        return f"{one.name}: {_likeliest(one)}"
    if one.kind == "values" and one.values is not None:
        values = msgspec.json.encode(one.values).decode()
        return f"{one.name}: {values if len(values) <= 2000 else one.text}"
    return f"{one.name}: {one.text}"


def _likeliest(one: results.Shown) -> str:
    """The five likeliest classes: “3 (95.0 %), 8 (2.1 %), …”."""
    ordered = sorted(zip(one.values, one.labels, strict=True), key=lambda pair: -pair[0])
    shown = ", ".join(f"{label} ({100 * share:.1f} %)" for share, label in ordered[:MOST_CLASSES])
    left = len(ordered) - MOST_CLASSES
    return f"{shown}, and {left} less likely" if left > 0 else shown
