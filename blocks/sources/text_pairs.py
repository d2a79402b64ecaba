"""The text pairs source."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import ClassVar

from app.core.block import Field, Source, path, real, whole
from app.core.tensor_type import TensorType, symbols
from blocks.sources._inspect import inspected

B = symbols("B")
UNKNOWN = "\ufffd"
FIRST = 4
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
    if shortest < length:
        raise ValueError(
            f"Expected {name} to be longer: pairs of {length} characters do not fit into a twentieth of it, "
            f"{shortest} characters. Take a longer text or a smaller length."
        )
    counts = Counter(text[: min(len(text) * 9 // 10, COUNTED)])
    counts.pop(UNKNOWN, None)
    frequent = sorted(counts, key=lambda character: (-counts[character], character))[: vocabulary - FIRST - 1]
    return (UNKNOWN, *sorted(frequent))


@dataclass(frozen=True, kw_only=True)
class TextPairs(Source):
    """Two pieces of a text, character by character: does the second follow the first, or stand somewhere else?

    A pair begins with a mark of its own, and each piece ends with one; another mark is left for what a model hides. The
    text is that of TextFile, as are its splits and the way in which rare characters are read. Training pieces begin at
    a new place each time.
    """

    path: str = path(label="Path", help="A text file in UTF-8; empty for Python's own language reference.")
    length: int = whole(64, low=7, high=65536, label="Length", help="Tokens of a pair, its three marks included.")
    vocabulary: int = whole(
        100,
        low=6,
        high=65536,
        label="Vocabulary",
        help="How many tokens there may be at most, the four marks included.",
    )
    swapped: float = real(
        0.5, low=0.0, high=1.0, label="Swapped", help="Share of pairs whose second piece stands somewhere else."
    )
    padding: int = whole(0, low=0, high=1, label="Padding", help="The token that fills up; the other begins a pair.")

    synonyms: ClassVar[tuple[str, ...]] = ("BERT", "sentence pairs", "next sentence", "masked language model", "corpus")
    reader: ClassVar[str] = "data_text_pairs"
    licence: ClassVar[str] = "PSF-2.0 (the language reference); your own file as you have it"

    def _labels(self) -> tuple[str, ...] | str:
        if self.path:
            return inspected(_characters, self.path, self.vocabulary, self.length)
        try:
            return _topics(self.vocabulary, self.length)
        except (ValueError, ImportError) as error:
            return str(error)

    def fields(self) -> tuple[Field, ...]:
        found = self._labels()
        marks = ("<pad>", "<cls>") if self.padding == 0 else ("<cls>", "<pad>")
        labels = () if isinstance(found, str) else (*marks, "<sep>", "<mask>", *found)
        pair = TensorType((B, self.length), "int64")
        return (
            Field(name="tokens", type=pair, labels=labels, help="Both pieces, characters by number."),
            Field(name="segments", type=pair, help="0 for the first piece, 1 for the second."),
            Field(
                name="follows",
                type=TensorType((B,), "int64"),
                help="0 where the second piece follows the first, 1 where it stands somewhere else.",
            ),
        )

    def missing(self) -> str | None:
        found = self._labels()
        return found if isinstance(found, str) else None
