"""A document by the name that was given: a template, or a file."""

from __future__ import annotations

import contextlib
import dataclasses
import difflib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import templates
from app.cli.console import Exit, RefusedError
from app.core import files
from app.core.block import Library
from app.core.document import Document
from app.core.elaborate import Elaboration, elaborate
from blocks import library


@dataclass(frozen=True)
class Opened:
    """A document, where it came from, and the preset to take it under."""

    name: str
    document: Document
    preset: str
    path: Path | None = None
    library: Library = dataclasses.field(default_factory=library)

    @contextlib.contextmanager
    def place(self) -> Iterator[None]:
        """Inside, relative paths are meant from the document's folder."""
        with contextlib.chdir(self.path.parent if self.path is not None else os.getcwd()):
            yield

    def elaborated(self) -> Elaboration:
        """The document resolved, whatever is wrong with it."""
        with self.place():
            return elaborate(self.document, self.library, self.preset or None)

    def sound(self) -> Elaboration:
        """The document resolved; RefusedError where something stands in the way."""
        elaboration = self.elaborated()
        if not elaboration.is_sound:
            errors = [problem for problem in elaboration.problems if problem.severity == "error"]
            count = "a problem" if len(errors) == 1 else f"{len(errors)} problems"
            raise RefusedError(f"“{self.name}” has {count}:", problems=errors)
        return elaboration


def locate(target: str) -> Path | None:
    """The file that is meant, or None for a template; RefusedError where there is neither."""
    if target in templates.names():
        return None
    path = Path(os.path.expanduser(target))
    with contextlib.suppress(OSError, ValueError):  # what no file could be called is no file
        if target and (path.exists() or path.is_fifo()):
            return path.resolve()
    if path.suffix == ".netloom" or len(path.parts) > 1:
        raise RefusedError(f"There is no file “{target}”.")
    from app.cli.verbs import VERBS

    near = difflib.get_close_matches(target, [*templates.names(), *VERBS], n=3, cutoff=0.5)
    hint = f" Did you mean {' or '.join(near)}?" if near else " “netloom templates” lists what there is."
    raise RefusedError(f"There is no template, file or verb “{target}”.{hint}", Exit.USAGE)


def open_document(target: str, preset: str | None = None, *, runs: bool = True) -> Opened:
    """The document that is meant, under the preset of that name (None: the document's own choice).

    ``runs``: Python that the document brings along may run, so that RefusedError where it is not allowed.
    """
    path = locate(target)
    try:
        document = templates.load(target) if path is None else files.read(path)
    except files.FileError as error:
        raise RefusedError(str(error)) from error
    if preset is not None and preset not in document.presets:
        there = ", ".join(document.presets) or "none"
        raise RefusedError(f"“{target}” has no preset “{preset}”; there are: {there}.", Exit.USAGE)
    opened = Opened(target, document, preset or document.preset, path)
    if not document.codes:
        return opened
    from app.cli.allowing import library_for  # few documents need the engine's end here

    with opened.place():
        return dataclasses.replace(opened, library=library_for(document, target, runs=runs))
