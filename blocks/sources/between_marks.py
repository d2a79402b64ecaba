"""The between marks source."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from app.core.block import Field, Source, real, whole
from app.core.problems import SetArgument, ShapeError
from app.core.tensor_type import TensorType, symbols

B = symbols("B")


@dataclass(frozen=True, kw_only=True)
class BetweenMarks(Source):
    """Words to be tagged by the mark that came last and by the one that comes next, however far away they stand.

    Of the vocabulary the first before·after words are marks, all others fill. A mark opens one of `before` kinds of
    stretch behind it and closes one of `after` kinds before it; the tag of a word is both together, kind before ·
    after + kind after, and a mark itself belongs to the stretch that it opens. Outside the first and last mark kind 0
    holds. Half of what a tag tells lies in the future.
    """

    vocabulary: int = whole(1000, low=5, high=1_000_000, label="Vocabulary", help="Different words, marks included.")
    before: int = whole(2, low=1, high=100, label="Kinds before", help="What the last mark can say.")
    after: int = whole(5, low=1, high=100, label="Kinds after", help="What the next mark can say.")
    share: float = real(0.15, low=0.0, high=1.0, label="Share of marks", help="Chance that a word is a mark.")
    length: int = whole(32, low=1, high=65536, label="Length", help="Words in a sequence.")
    examples: int = whole(3000, low=10, high=1_000_000, label="Examples", help="Sequences for training.")
    held_out: int = whole(
        300, low=1, high=1_000_000, label="Held-out examples", help="Sequences for validation and for test, each."
    )
    seed: int = whole(0, low=0, label="Seed", help="Other seeds give other sequences.")

    synonyms: ClassVar[tuple[str, ...]] = (
        "tagging",
        "future",
        "bidirectional",
        "named entities",
        "synthetic",
        "tokens",
    )
    reader: ClassVar[str] = "data_between_marks"
    licence: ClassVar[str] = "made here; free to use"

    def fields(self) -> tuple[Field, ...]:
        if self.vocabulary <= self.before * self.after:
            raise ShapeError(
                f"Expected more words than the {self.before * self.after} marks; {self.vocabulary} came.",
                expected=f"more than {self.before * self.after}",
                came=str(self.vocabulary),
                part="vocabulary",
                fixes=(SetArgument("vocabulary", 2 * self.before * self.after, label="Take twice as many as marks"),),
            )
        words = TensorType((B, self.length), "int64")
        return (
            Field(name="tokens", type=words, help="The words by number; marks come first."),
            Field(name="tags", type=words, help="What the marks on both sides say of each word."),
        )
