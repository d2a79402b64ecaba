"""Python that a document brings along, on the command line: refused until it is allowed, then asked of the engine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from app.allowed import allowed
from app.cli.console import Exit, RefusedError
from app.client import EngineClient, EngineError
from app.core.block import Library
from app.core.document import Document
from app.core.facts import Fact, Failure, Question
from app.core.python_code import digest
from app.known_code import TIME_LIMIT, Asked, keep, library_with, recalled, too_long
from app.messages import Probe, Probed
from blocks import library


def library_for(document: Document, name: str, *, runs: bool) -> Library:
    """The blocks there are for a document. ``runs``: its own Python may be run to learn what it gives; RefusedError
    where the user has not allowed it.
    """
    if not document.codes:
        return library()
    if not runs:
        return library_with(document, library())
    refuse_unknown(document, name)
    with _asking() as ask:
        return library_with(document, library(), ask)


def refuse_unknown(document: Document, name: str) -> None:
    """RefusedError where a document brings Python along that nobody here has allowed."""
    known = allowed()
    digests = {code.name: digest(code.text) for code in document.codes.values()}
    strange = {label: one for label, one in digests.items() if one not in known}
    if strange:
        options = " ".join(f"--allow-code {one}" for one in strange.values())
        raise RefusedError(
            f"“{name}” brings Python of its own along, which would run here: {', '.join(strange)}. "
            f"Read it in the file, under “codes”; then allow it with {options}",
            Exit.USAGE,
        )


@contextmanager
def _asking() -> Iterator[Asked]:
    """A way to ask what is not known yet; an engine is started at the first question."""
    client = EngineClient()

    def ask(question: Question) -> Fact | None:
        known = recalled(question)
        if known is not None:
            return known
        try:
            answered = client.ask(Probe(question=question), timeout=TIME_LIMIT)
        except EngineError as error:
            if error.failed.kind == "hung":
                return Failure(too_long(question.name))
            if error.failed.kind == "engine":
                raise RefusedError(error.failed.message, Exit.ENGINE) from error
            return Failure(error.failed.message)
        assert isinstance(answered, Probed)
        keep(question, answered.answer)
        return answered.answer

    try:
        yield ask
    finally:
        client.close()
