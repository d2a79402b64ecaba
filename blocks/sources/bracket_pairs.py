"""The bracket pairs source."""

from __future__ import annotations

from dataclasses import dataclass
from string import ascii_letters
from typing import ClassVar

from app.core.block import Field, Source, real, whole
from app.core.problems import SetArgument, ShapeError
from app.core.tensor_type import TensorType, symbols

B = symbols("B")


@dataclass(frozen=True, kw_only=True)
class BracketPairs(Source):
    """Pairs of sentences in a made language: the first opens brackets, the second closes them, or belongs to another.

    A mark that is hidden stands nowhere beside its place: only its partner in the other sentence tells of which kind it
    is, from the right or from the left. Each pair begins with a mark of its own, and both sentences end with one, as
    BERT's do. Fields are those of TextPairs.
    """

    kinds: int = whole(8, low=1, high=26, label="Kinds", help="Kinds of brackets; each gives two tokens.")
    low: int = whole(8, low=1, high=1000, label="Shortest", help="Brackets in the shortest sentence.")
    high: int = whole(8, low=1, high=1000, label="Longest", help="Brackets in the longest sentence.")
    swapped: float = real(
        0.5, low=0.0, high=1.0, label="Swapped", help="Share of pairs whose second sentence is another's."
    )
    examples: int = whole(8000, low=10, high=1_000_000, label="Examples", help="Pairs for training.")
    held_out: int = whole(
        1000, low=1, high=1_000_000, label="Held-out examples", help="Pairs for validation and for test, each."
    )
    padding: int = whole(0, low=0, high=1, label="Padding", help="The token that fills up; the other begins a pair.")
    seed: int = whole(0, low=0, label="Seed", help="Other seeds give other pairs.")

    synonyms: ClassVar[tuple[str, ...]] = ("BERT", "sentence pairs", "next sentence", "Dyck", "synthetic", "tokens")
    reader: ClassVar[str] = "data_bracket_pairs"
    licence: ClassVar[str] = "made here; free to use"

    def fields(self) -> tuple[Field, ...]:
        if self.low > self.high:
            raise ShapeError(
                f"Expected a shortest length of at most the longest, {self.high}; {self.low} came.",
                expected=f"low of at most {self.high}",
                came=str(self.low),
                part="low",
                fixes=(SetArgument("low", self.high, label=f"Let all sentences have {self.high} brackets"),),
            )
        marks = ("<pad>", "<cls>") if self.padding == 0 else ("<cls>", "<pad>")
        opening, closing = "([{<" + ascii_letters[4:26], ")]}>" + ascii_letters[30:]
        brackets = (*opening[: self.kinds], *closing[: self.kinds])
        pair = TensorType((B, 2 * self.high + 3), "int64")
        return (
            Field(name="tokens", type=pair, labels=(*marks, "<sep>", "<mask>", *brackets), help="Both sentences."),
            Field(name="segments", type=pair, help="0 for the first sentence, 1 for the second."),
            Field(
                name="follows",
                type=TensorType((B,), "int64"),
                help="0 where the second sentence is the first one's, 1 where it is another's.",
            ),
        )
