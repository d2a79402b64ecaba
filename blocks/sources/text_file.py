"""The text file source."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import ClassVar

from app.core.block import Field, Source, path, whole
from app.core.tensor_type import TensorType, symbols
from blocks.sources._inspect import inspected

B = symbols("B")
UNKNOWN = "\ufffd"
COUNTED = 4_000_000
"""So many characters of the training part are counted at most, so that a large file does not hold up the editor."""


@lru_cache(maxsize=16)
def _characters(stamp: tuple[str, int, int], vocabulary: int, length: int) -> tuple[str, ...]:
    return _chosen(Path(stamp[0]).read_text(encoding="utf-8"), vocabulary, length, f"the text in {stamp[0]}")


@lru_cache(maxsize=16)
def _topics(vocabulary: int, length: int) -> tuple[str, ...]:
    from pydoc_data.topics import topics

    paragraphs = dict.fromkeys("".join(topics.values()).split("\n\n"))
    return _chosen("\n\n".join(paragraphs), vocabulary, length, "the text")


def _chosen(text: str, vocabulary: int, length: int, name: str) -> tuple[str, ...]:
    """The unknown character, then the most frequent ones of the training part in the order of their codes."""
    ends = [len(text) * share // 100 for share in (90, 95, 100)]
    shortest = min(ends[1] - ends[0], ends[2] - ends[1])
    if shortest <= length:
        raise ValueError(
            f"Expected {name} to be longer: windows of {length} characters do not fit into a twentieth of it, "
            f"{shortest} characters. Take a longer text or a smaller length."
        )
    counts = Counter(text[: min(len(text) * 9 // 10, COUNTED)])
    counts.pop(UNKNOWN, None)
    frequent = sorted(counts, key=lambda character: (-counts[character], character))[: vocabulary - 1]
    return (UNKNOWN, *sorted(frequent))


@dataclass(frozen=True, kw_only=True)
class TextFile(Source):
    """Characters of a text, in windows: given the ones so far, which comes next?

    Without a path it is the language reference that comes with Python (pydoc_data.topics, English technical prose),
    without the paragraphs that it repeats: about 378,000 characters. The first 90 % of the text are for training, 5 %
    for validation, 5 % for test. Training windows begin at a new place each time; held-out windows follow one another
    without overlap. Rare characters beyond the vocabulary are read as one unknown character, number 0.
    """

    path: str = path(label="Path", help="A text file in UTF-8; empty for Python's own language reference.")
    length: int = whole(64, low=1, high=65536, label="Length", help="Characters in a window.")
    vocabulary: int = whole(
        96, low=2, high=65536, label="Vocabulary", help="How many different characters there may be at most."
    )

    synonyms: ClassVar[tuple[str, ...]] = ("characters", "language", "tokens", "corpus")
    reader: ClassVar[str] = "data_text_file"
    licence: ClassVar[str] = "PSF-2.0 (the language reference); your own file as you have it"

    def _labels(self) -> tuple[str, ...] | str:
        if self.path:
            return inspected(_characters, self.path, self.vocabulary, self.length)
        try:
            return _topics(self.vocabulary, self.length)
        except (ValueError, ImportError) as error:
            return str(error)

    def fields(self) -> tuple[Field, ...]:
        windows = TensorType((B, self.length), "int64")
        found = self._labels()
        labels = () if isinstance(found, str) else found
        return (
            Field(name="tokens", type=windows, labels=labels, help="Characters by number."),
            Field(name="targets", type=windows, labels=labels, help="The character that follows each of them."),
        )

    def missing(self) -> str | None:
        found = self._labels()
        return found if isinstance(found, str) else None
