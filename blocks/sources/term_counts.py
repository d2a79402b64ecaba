"""The term counts source."""

from __future__ import annotations

import re
from collections import Counter
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
TENTH = 10
"""Of so many documents one is for validation and one for the test."""


@lru_cache(maxsize=16)
def _file(stamp: tuple[str, int, int], least: int) -> tuple[str, ...]:
    return _words([Path(stamp[0]).read_text(encoding="utf-8")], least, f"the text in {stamp[0]}")


@lru_cache(maxsize=16)
def _topics(least: int) -> tuple[str, ...]:
    from pydoc_data.topics import topics

    return _words(topics.values(), least, "the text")


def _words(texts: Iterable[str], least: int, name: str) -> tuple[str, ...]:
    """The words of training documents, those that most have first; none that only one has."""
    documents = _documents(texts, least)
    if len(documents) < TENTH:
        raise ValueError(
            f"Expected {name} to have at least {TENTH} documents of {least} words; it has {len(documents)}. Take a "
            "longer text or shorter documents."
        )
    counts = Counter(word for number, words in enumerate(documents) if number % TENTH < TENTH - 2 for word in words)
    return tuple(sorted((word for word, count in counts.items() if count > 1), key=lambda word: (-counts[word], word)))


def _documents(texts: Iterable[str], least: int) -> list[set[str]]:
    """The words of each document: paragraphs of a text, joined until there are enough words."""
    found: list[set[str]] = []
    seen: set[str] = set()
    for text in texts:
        words: list[str] = []
        for paragraph in re.split(r"\n\s*\n", text):
            if paragraph not in seen:
                seen.add(paragraph)
                words += WORD.findall(paragraph.lower())
                if len(words) >= least:
                    found.append(set(words))
                    words = []
        if words and 2 * len(words) >= least:
            found.append(set(words))
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

    def _words(self) -> tuple[str, ...] | str:
        if self.path:
            return inspected(_file, self.path, self.least)
        try:
            return _topics(self.least)
        except (ValueError, ImportError) as error:
            return str(error)

    def fields(self) -> tuple[Field, ...]:
        found = self._words()
        chosen = () if isinstance(found, str) else tuple(sorted(found[: self.vocabulary]))
        counts = TensorType((B, self.vocabulary))
        return (Field(name="counts", type=counts, labels=chosen, help="How often each word comes in each document."),)

    def missing(self) -> str | None:
        found = self._words()
        return found if isinstance(found, str) else None
