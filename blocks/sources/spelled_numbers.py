"""The spelled numbers source."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from app.core.block import Field, Source, whole
from app.core.tensor_type import TensorType, symbols

B = symbols("B")
LABELS = ("<pad>", "<bos>", "<eos>", " ", *"defghilnorstuvwxyz")
LONGEST = (5, 13, 27)
"""Letters and spaces in the longest name of a number with one, two and three digits."""


@dataclass(frozen=True, kw_only=True)
class SpelledNumbers(Source):
    """Numbers to be spelled in English letters: one vector in, a text out.

    A number is given by its digits, each as ten numbers of which one is 1. Its name is written as one says it, without
    “and”: 342 is “three hundred forty two”. Numbers 0, 1 and 2 of the alphabet are padding, begin and end. The
    decoder's input is the name after a begin mark, its target the name before an end mark. Numbers are shuffled; 70 %
    train, 10 % validation, 20 % test, so that a name that was learnt by heart is of no use.
    """

    digits: int = whole(3, low=1, high=3, label="Digits", help="3: from zero to nine hundred ninety nine.")
    seed: int = whole(0, low=0, label="Seed", help="Other seeds divide the numbers otherwise.")

    synonyms: ClassVar[tuple[str, ...]] = ("numerals", "captioning", "one to many", "spelling", "tokens", "synthetic")
    reader: ClassVar[str] = "data_spelled_numbers"
    licence: ClassVar[str] = "made here; free to use"

    def fields(self) -> tuple[Field, ...]:
        name = TensorType((B, LONGEST[self.digits - 1] + 1), "int64")
        return (
            Field(name="context", type=TensorType((B, 10 * self.digits)), help="The digits, ten numbers for each."),
            Field(name="decoder_input", type=name, labels=LABELS, help="The name so far: begin, then letters."),
            Field(name="target", type=name, labels=LABELS, help="The name: letters, then end."),
        )
