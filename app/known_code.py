"""What is known of documents' own Python by having run it: kept in the cache folder, so that reopening asks nothing.

Only answers are kept; a failure is asked again the next time, since another torch may think otherwise. No Qt, no torch.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

import msgspec

from app import paths
from app.allowed import allowed
from app.codegen.generate import GenerationError, model_source, steps_source
from app.core.block import Library
from app.core.code_blocks import DocumentLibrary, library_of
from app.core.document import Document
from app.core.elaborate import elaborate
from app.core.facts import Answer, Fact, Facts, Question
from app.core.presets import under_every_preset

MOST_ROUNDS = 64
"""Of asking what the last answers led to; a document has no more such blocks behind one another."""

TIME_LIMIT = 20.0
"""Seconds that one question may take."""

Asked = Callable[[Question], Fact | None]


def _file(question: Question) -> Path:
    return paths.cache() / "code" / f"{question.key}.json"


def recalled(question: Question) -> Answer | None:
    """The answer that was kept, if it can be read."""
    try:
        return msgspec.json.decode(_file(question).read_bytes(), type=Answer)
    except (OSError, msgspec.MsgspecError):
        return None


def keep(question: Question, answer: Answer) -> None:
    """Keep an answer; where there is no room it is asked again one day."""
    target, temporary = _file(question), ""
    with contextlib.suppress(OSError):
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            handle, temporary = tempfile.mkstemp(dir=target.parent)
            with open(handle, "wb") as stream:
                stream.write(msgspec.json.encode(answer))
            os.replace(temporary, target)
            temporary = ""
        finally:
            if temporary:
                os.unlink(temporary)


def too_long(name: str) -> str:
    """What is said of a text that did not come to its end."""
    return f"it was ended because it took longer than {TIME_LIMIT:g} seconds. Look for a loop without an end in {name}."


def library_with(document: Document, library: Library, ask: Asked = recalled) -> Library:
    """The document's library with everything that ``ask`` knows about its Python, under every preset.

    Only what the user has allowed is asked. Answers may lead to further questions, which are asked in turn.
    """
    if not document.codes:
        return library
    facts, asked = Facts(allowed=allowed()), set[str]()
    for _ in range(MOST_ROUNDS):
        found = library_of(document, library, facts)
        assert isinstance(found, DocumentLibrary)
        for _elaboration in under_every_preset(document, found, elaborate(document, found)):
            pass
        answers = _answers(found, ask, asked)
        if not answers:
            _write(document, found)  # asks of alternatives that no preset takes
            answers = _answers(found, ask, asked)
        if not answers:
            break
        facts = facts.knowing(answers)
    return found


def _answers(library: DocumentLibrary, ask: Asked, asked: set[str]) -> dict[str, Fact]:
    """What can be told of the library's questions that were not ``asked`` yet."""
    answers: dict[str, Fact] = {}
    for key, question in library.questions.items():
        if question.code in library.facts.allowed and key not in asked:
            asked.add(key)
            fact = ask(question)
            if fact is not None:
                answers[key] = fact
    return answers


def _write(document: Document, library: Library) -> None:
    for write in (model_source, steps_source):
        with contextlib.suppress(GenerationError):
            write(document, library)
