"""The term counts source."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import ClassVar

from app.core.block import Field, Source, path, whole
from app.core.tensor_type import TensorType, symbols
from blocks.sources._inspect import inspected

B = symbols("B")
WORD = re.compile(r"[^\W\d_]{2,}")
LEAST_DOCUMENTS = 10
"""Of so many one is for validation and one for the test."""


@lru_cache(maxsize=16)
def _file(stamp: tuple[str, int, int], least: int) -> int:
    return _documents([Path(stamp[0]).read_text(encoding="utf-8")], least, f"the text in {stamp[0]}")


@lru_cache(maxsize=16)
def _topics(least: int) -> int:
    from pydoc_data.topics import topics

    return _documents(topics.values(), least, "the text")


def _documents(texts: Iterable[str], least: int, name: str) -> int:
    """How many documents there are: paragraphs of a text, joined until there are enough words."""
    found, seen = 0, set[str]()
    for text in texts:
        words = 0
        for paragraph in re.split(r"\n\s*\n", text):
            if paragraph not in seen:
                seen.add(paragraph)
                words += len(WORD.findall(paragraph))
                if words >= least:
                    found, words = found + 1, 0
        found += words > 0 and 2 * words >= least
    if found < LEAST_DOCUMENTS:
        raise ValueError(
            f"Expected {name} to have at least {LEAST_DOCUMENTS} documents of {least} words; it has {found}. Take a "
            "longer text or shorter documents."
        )
    return found


@dataclass(frozen=True, kw_only=True)
class TermCounts(Source):
    """Documents as counts of their words: how often each word comes in each, in no order.

    Without a path it is the language reference that comes with Python (pydoc_data.topics, English technical prose),
    without the paragraphs that it repeats. Empty lines end a paragraph; paragraphs are joined until a document has its
    least number of words. Of ten documents that follow one another eight are for training, one is for validation and
    one for the test. A word is a run of letters in lower case; columns belong to the words that most training documents
    have, in alphabetical order, none to a word of a single one.
    """

    path: str = path(label="Path", help="A text file in UTF-8; empty for Python's own language reference.")
    vocabulary: int = whole(
        1000,
        low=2,
        high=1_000_000,
        label="Vocabulary",
        help="Columns; those beyond the words that there are stay empty.",
    )
    least: int = whole(100, low=1, high=1_000_000, label="Least words", help="So many words a document has at least.")

    synonyms: ClassVar[tuple[str, ...]] = ("bag of words", "documents", "tf-idf", "corpus", "words", "retrieval")
    reader: ClassVar[str] = "data_term_counts"
    licence: ClassVar[str] = "PSF-2.0 (the language reference); your own file as you have it"

    def fields(self) -> tuple[Field, ...]:
        counts = TensorType((B, self.vocabulary))
        return (Field(name="counts", type=counts, help="How often each word comes in each document."),)

    def missing(self) -> str | None:
        if self.path:
            found = inspected(_file, self.path, self.least)
            return found if isinstance(found, str) else None
        try:
            _topics(self.least)
        except (ValueError, ImportError) as error:
            return str(error)
        return None
