"""The nested brackets source."""

from __future__ import annotations

from dataclasses import dataclass
from string import ascii_letters
from typing import ClassVar

from app.core.block import Field, Source, real, whole
from app.core.tensor_type import TensorType, symbols

B = symbols("B")


@dataclass(frozen=True, kw_only=True)
class NestedBrackets(Source):
    """A made language of nested brackets of several kinds: which mark comes next?

    A bracket opens with a fixed chance and is of any kind; else the innermost open one closes. What closes can lie any
    distance back, so that counts of neighbouring marks, however long, stay far from what the rule allows: a model
    needs memory. Each window begins with nothing open. Fields are those of TextFile.
    Source: the Dyck languages, N. Chomsky and M. P. Schützenberger, 1963.
    """

    kinds: int = whole(4, low=1, high=26, label="Kinds", help="Kinds of brackets; the vocabulary is twice as large.")
    deepest: int = whole(8, low=1, high=1000, label="Deepest", help="How many may be open at once.")
    opening: float = real(
        0.5, low=0.0, high=1.0, label="Opening", help="Chance that the next one opens, where both are possible."
    )
    length: int = whole(128, low=1, high=65536, label="Length", help="Marks in a window.")
    examples: int = whole(3000, low=10, high=1_000_000, label="Examples", help="Windows for training.")
    held_out: int = whole(
        300, low=1, high=1_000_000, label="Held-out examples", help="Windows for validation and for test, each."
    )
    seed: int = whole(0, low=0, label="Seed", help="Other seeds give other windows.")

    synonyms: ClassVar[tuple[str, ...]] = ("Dyck", "parentheses", "language", "memory", "synthetic", "tokens")
    reader: ClassVar[str] = "data_nested_brackets"
    licence: ClassVar[str] = "made here; free to use"

    def fields(self) -> tuple[Field, ...]:
        windows = TensorType((B, self.length), "int64")
        opening, closing = "([{<" + ascii_letters[4:26], ")]}>" + ascii_letters[30:]
        labels = (*opening[: self.kinds], *closing[: self.kinds])
        return (
            Field(name="tokens", type=windows, labels=labels, help="Marks by number: opening ones, then closing ones."),
            Field(name="targets", type=windows, labels=labels, help="The mark that follows each of them."),
        )
