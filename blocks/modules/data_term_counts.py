"""Documents as counts of their words: a row for each, a column for each word."""

import re
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from pydoc_data.topics import topics

import torch
from torch import Tensor

SPLITS = ("train", "validation", "test")
WORD = re.compile(r"[^\W\d_]{2,}")
# Of ten documents that follow one another one is for validation and one for the test.
TENTH = 10
# A word of one document alone says nothing of what goes together.
LEAST_DOCUMENTS = 2


class Counts:
    """One split: counts (N, vocabulary), the words by column, and the documents."""

    def __init__(
        self, documents: list[list[str]], labels: tuple[str, ...], vocabulary: int
    ) -> None:
        """Count the words that have a column; columns beyond the words stay empty."""
        self.documents = documents
        self.labels = labels
        place = {word: column for column, word in enumerate(labels)}
        self.counts = torch.zeros(len(documents), vocabulary)
        for row, words in enumerate(documents):
            for word, count in Counter(words).items():
                if word in place:
                    self.counts[row, place[word]] = count

    def __len__(self) -> int:
        """Count the documents."""
        return len(self.counts)

    def batch(self, indices: Tensor, generator: torch.Generator) -> dict[str, Tensor]:
        """Give counts (B, vocabulary); nothing is drawn."""
        return {"counts": self.counts[indices]}


def split_of(number: int) -> str:
    """Say which split a document belongs to, by its place in the text."""
    held_out = number % TENTH - (TENTH - 2)
    return SPLITS[held_out + 1] if held_out >= 0 else "train"


def pieces(texts: Iterable[str], least: int) -> list[list[str]]:
    """Cut texts at empty lines, and join paragraphs until a document has its words.

    A paragraph that comes again is left out, and so is a rest that is much too short.
    """
    found: list[list[str]] = []
    seen: set[str] = set()
    for text in texts:
        words: list[str] = []
        for paragraph in re.split(r"\n\s*\n", text):
            if paragraph in seen:
                continue
            seen.add(paragraph)
            words += WORD.findall(paragraph.lower())
            if len(words) >= least:
                found.append(words)
                words = []
        if 2 * len(words) >= least and words:
            found.append(words)
    return found


def columns(documents: list[list[str]], vocabulary: int) -> tuple[str, ...]:
    """Choose the words that most training documents have, in alphabetical order."""
    train = [set(d) for i, d in enumerate(documents) if split_of(i) == "train"]
    counts = Counter(word for words in train for word in words)
    common = [word for word, count in counts.items() if count >= LEAST_DOCUMENTS]
    common.sort(key=lambda word: (-counts[word], word))
    return tuple(sorted(common[:vocabulary]))


@lru_cache(maxsize=4)
def everything(path: str, least: int) -> list[list[str]]:
    """Read all documents as lists of words."""
    if not path:
        return pieces(topics.values(), least)
    return pieces([Path(path).expanduser().read_text(encoding="utf-8")], least)


def load(
    split: str, *, path: str = "", vocabulary: int = 1000, least: int = 100
) -> Counts:
    """Load one split of a text file in UTF-8, or of Python's language reference where
    no path is given.
    """
    if split not in SPLITS:
        raise ValueError(f"Expected a split of {', '.join(SPLITS)}; {split!r} came.")
    documents = everything(path, least)
    if len(documents) < TENTH:
        raise ValueError(
            f"Expected at least {TENTH} documents of {least} words; the text has "
            f"{len(documents)}. Take a longer text or shorter documents."
        )
    chosen = [d for i, d in enumerate(documents) if split_of(i) == split]
    return Counts(chosen, columns(documents, vocabulary), vocabulary)
