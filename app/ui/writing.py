"""The text of large documents, written beside the window: a thread of its own, with a memory of its own.

A document is a value, so that nothing that the window changes meanwhile reaches the text. Of what is asked for while
something is written, only the last is written next.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from PySide6.QtCore import QObject, Signal

from app.codegen.source import Source
from app.core.block import Library
from app.core.document import Document
from app.core.elaborate import Elaboration, elaborate
from app.core.results import walk
from app.ui import sources

MOST_AT_ONCE = 250
"""Instances of graphs, over all presets, whose text is written while a person would not yet notice."""

QUICK_SWITCH = 0.0005
"""Seconds after which a thread that computes lets another one go on: the window draws meanwhile."""


def is_large(elaboration: Elaboration) -> bool:
    """Whether writing the document's text takes longer than a person should wait for."""
    results = [*elaboration.models.values(), *elaboration.steps.values()]
    instances = sum(1 for result in results for _ in walk(result))
    return instances * max(len(elaboration.document.presets), 1) > MOST_AT_ONCE


class Wanted:
    """One file of one document; once it is ``written``, its text, or a sentence why there is none."""

    __slots__ = ("document", "error", "library", "part", "preset", "written")

    def __init__(self, part: str, document: Document, library: Library, preset: str | None) -> None:
        self.part = part
        self.document = document
        self.library = library
        self.preset = preset
        self.written: Source | str = ""
        self.error: Exception | None = None

    def is_as(self, other: Wanted) -> bool:
        """Whether its text is the other's."""
        return self.document is other.document and (self.part, self.preset) == (other.part, other.preset)


class Writer(QObject):
    """Writes one text after the other; ``written`` carries what was wanted."""

    written = Signal(object)
    _done = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._threads: ThreadPoolExecutor | None = None
        self._now: Wanted | None = None
        self._next: Wanted | None = None
        self._before: Elaboration | None = None
        self._done.connect(self._finished)  # from the thread: taken up by the window's loop

    def write(self, wanted: Wanted) -> None:
        """Begin, or go on with this once what is being written is done."""
        if self._now is not None:
            self._next = None if wanted.is_as(self._now) else wanted
            return
        if self._threads is None:
            self._threads = ThreadPoolExecutor(max_workers=1, thread_name_prefix="writer")
        self._now = wanted
        self._threads.submit(self._work, wanted)

    def stop(self) -> None:
        """Nothing more is written; what is being written ends by itself."""
        self._next = None
        if self._threads is not None:
            self._threads.shutdown(wait=False, cancel_futures=True)
            self._threads = None

    def _work(self, wanted: Wanted) -> None:
        try:
            with _switching(QUICK_SWITCH):
                wanted.written = self._text(wanted)
        except Exception as error:  # raised again in the window's own thread, where it is seen
            wanted.error = error
        self._done.emit(wanted)

    def _text(self, wanted: Wanted) -> Source | str:
        self._before = elaborate(wanted.document, wanted.library, wanted.preset, self._before)
        return sources.generate(wanted.part, wanted.document, wanted.library, wanted.preset, self._before)

    def _finished(self, wanted: object) -> None:
        assert isinstance(wanted, Wanted)
        self._now = None
        following, self._next = self._next, None
        if following is not None:
            self.write(following)
        if wanted.error is not None:
            raise wanted.error
        self.written.emit(wanted)


@contextmanager
def _switching(seconds: float) -> Iterator[None]:
    before = sys.getswitchinterval()
    sys.setswitchinterval(min(seconds, before))
    try:
        yield
    finally:
        sys.setswitchinterval(before)
