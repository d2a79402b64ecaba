"""The reverse strings source."""

from __future__ import annotations

from dataclasses import dataclass
from string import ascii_lowercase
from typing import ClassVar

from app.core.block import Field, Source, choice, whole
from app.core.problems import SetArgument, ShapeError
from app.core.tensor_type import TensorType, symbols

B = symbols("B")
SPECIAL = ("<pad>", "<bos>", "<eos>")


@dataclass(frozen=True, kw_only=True)
class ReverseStrings(Source):
    """Random strings to be written backwards, or sorted: a translation that can be checked letter by letter.

    Numbers 0, 1 and 2 are padding, begin and end; letters follow, so the vocabulary has alphabet + 3 entries. The
    decoder's input is the answer after a begin mark, its target the answer before an end mark; where a string is
    shorter than the longest, padding fills the rest. Strings all differ; 80 % train, 10 % validation, 10 % test.
    """

    task: str = choice("reverse", "reverse", "sort", "copy", label="Task", help="What the answer is.")
    alphabet: int = whole(10, low=2, high=26, label="Alphabet", help="How many letters there are.")
    low: int = whole(8, low=1, high=1000, label="Shortest", help="Letters in the shortest string.")
    high: int = whole(8, low=1, high=1000, label="Longest", help="Letters in the longest string.")
    examples: int = whole(
        20_000, low=100, high=10_000_000, label="Examples", help="Strings to draw; doubles are left out."
    )
    seed: int = whole(0, low=0, label="Seed", help="Other seeds give other strings.")

    synonyms: ClassVar[tuple[str, ...]] = ("sequence to sequence", "translation", "sorting", "synthetic", "tokens")
    reader: ClassVar[str] = "data_reverse_strings"
    licence: ClassVar[str] = "made here; free to use"

    def fields(self) -> tuple[Field, ...]:
        if self.low > self.high:
            raise ShapeError(
                f"Expected a shortest length of at most the longest, {self.high}; {self.low} came.",
                expected=f"low of at most {self.high}",
                came=str(self.low),
                part="low",
                fixes=(SetArgument("low", self.high, label=f"Let all strings have {self.high} letters"),),
            )
        labels = (*SPECIAL, *ascii_lowercase[: self.alphabet])
        answer = TensorType((B, self.high + 1), "int64")
        return (
            Field(name="source", type=TensorType((B, self.high), "int64"), labels=labels, help="The string."),
            Field(name="decoder_input", type=answer, labels=labels, help="The answer so far: begin, then letters."),
            Field(name="target", type=answer, labels=labels, help="The answer: letters, then end."),
        )

    def missing(self) -> str | None:
        if self.alphabet**self.high < 100:
            return (
                f"Expected more than 100 possible strings, so that splits can differ; {self.alphabet} letters in "
                f"strings of at most {self.high} give fewer. Take more letters or longer strings."
            )
        return None
