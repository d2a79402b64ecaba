"""The verb that brings published weights into a document, or those of a file: weights."""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass
from pathlib import Path

import templates
from app.cli import console, results
from app.cli.console import Exit, RefusedError, say
from app.cli.engine import ask
from app.cli.opened import Opened, open_document
from app.cli.taking import told
from app.core.demand import as_bytes
from app.messages import WeightsLoaded
from app.runs import Run
from app.weights import cache, delivery
from app.weights.delivery import Delivery, DeliveryError, Origin
from app.weights.published import Published, published, template_of, translation_for
from app.weights.transfer import DownloadError

PLAIN_SECONDS = 5.0


@dataclass(frozen=True)
class Wish:
    """Which weights: a file of one's own, or the published ones of that name; and for which model."""

    file: Path | None = None
    name: str = ""
    model: str = ""


def list_weights(target: str | None, *, as_json: bool) -> None:
    """What is published for a document, or for every template."""
    wanted = None if target is None else template_of(open_document(target, runs=False).document)
    found = [one for name in templates.names() if wanted in (None, name) for one in published(name)]
    rows = tuple(_row(one) for one in found)
    header = ("template", "preset", "weights", "size", "here", "licence")
    lines = [
        (row.template, row.preset, row.name, as_bytes(row.size), "yes" if row.here else "", row.licence) for row in rows
    ]
    if not lines:
        say(f"Nothing is published for “{target}” that is known here. A file of yours: netloom weights {target} FILE")
    result = results.Weights(document=target or "", published=rows)
    console.give(result, console.table(header, lines, right=(3,)) if lines else "", as_json=as_json)


def load_weights(target: str, preset: str | None, wish: Wish, *, as_json: bool) -> None:
    """Make a run of the document that holds the weights; its folder is the last line."""
    opened = open_document(target, preset)
    opened.sound()
    template = template_of(opened.document)
    try:
        with told(target), opened.place():
            entry = None if wish.file is not None else _chosen(opened, template, wish.name)
            prepared = _prepared(opened, template, entry, wish)
            run, answer = _delivered(prepared)
    except (DeliveryError, DownloadError) as error:
        raise RefusedError(str(error)) from error
    origin = delivery.origin_of(run)
    assert origin is not None
    for note in origin.notes:
        say(note)
    say(f"{answer.parameters:,} parameters of {' and '.join(origin.models)} are from {origin.title}.")
    result = results.Weights(
        document=target,
        preset=run.settings.preset,
        models=origin.models,
        run=str(run.folder),
        title=origin.title,
        url=origin.url,
        sha256=origin.sha256,
        checked=origin.checked,
        licence=origin.licence,
        notes=origin.notes,
    )
    console.give(result, str(run.folder), as_json=as_json)


def _row(one: Published) -> results.PublishedRow:
    return results.PublishedRow(
        template=one.template,
        preset=one.preset,
        name=one.name,
        publisher=one.publisher,
        url=one.url,
        size=one.size,
        sha256=one.sha256,
        licence=one.licence,
        here=cache.is_here(one.wanted),
    )


def _chosen(opened: Opened, template: str, name: str) -> Published:
    """The published file that is meant: of that name, else the preset's best."""
    known = published(template)
    preset = opened.preset or next(iter(opened.document.presets), "")
    fitting = [one for one in known if (one.name == name if name else one.preset == preset)]
    if fitting:
        return next((one for one in fitting if one.preset == preset), fitting[0])
    own = f"A file of yours: netloom weights {opened.name} FILE"
    if not known:
        raise RefusedError(f"No published weights are known for “{opened.name}”. {own}")
    there = "; ".join(f"{one.name} (preset {one.preset})" for one in known)
    if name:
        raise RefusedError(
            f"There are no published weights “{name}” for {opened.name}; there are: {there}.", Exit.USAGE
        )
    raise RefusedError(f"Nothing is published for the preset “{preset}” of {opened.name}. There are: {there}. {own}")


def _prepared(opened: Opened, template: str, entry: Published | None, wish: Wish) -> Delivery:
    preset = entry.preset if entry is not None else opened.preset
    if entry is not None:
        file, origin = _fetched(entry)
        translation = entry.translation
    else:
        assert wish.file is not None
        file, translation = wish.file, translation_for(template, preset)
        origin = delivery.own_origin(file)
    return delivery.prepare(
        opened.document,
        opened.library,
        preset or None,
        file,
        origin,
        model=wish.model,
        translation=translation,
        path=opened.path,
    )


def _fetched(entry: Published) -> tuple[Path, Origin]:
    say(f"{entry.label}, {as_bytes(entry.size)}, {entry.check}. Licence: {entry.licence}.")
    progress = _Progress(entry.name)
    try:
        file, fetched = cache.fetch(entry.wanted, tell=progress)
    finally:
        progress.end()
    return file, delivery.published_origin(entry, file, fetched)


def _delivered(prepared: Delivery) -> tuple[Run, WeightsLoaded]:
    try:
        answer = ask(prepared.request, WeightsLoaded)
        return prepared.keep(answer), answer
    finally:
        prepared.discard()


class _Progress:
    """How much has come, on standard error: one line that renews itself on a terminal, else a line now and then."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._renews = sys.stderr is not None and sys.stderr.isatty()
        self._told = time.monotonic()
        self._open = False

    def __call__(self, done: int, total: int | None) -> None:
        share = f" of {as_bytes(total)} ({100 * done // max(total, 1)} %)" if total is not None else ""
        text = f"{self._name}: {as_bytes(done)}{share}"
        now = time.monotonic()
        if self._renews:
            console.write_error(f"\r\x1b[2K{text}")
            self._open = True
        elif now - self._told >= PLAIN_SECONDS:
            self._told = now
            say(text)

    def end(self) -> None:
        if self._open:
            console.write_error("\n")
            self._open = False
