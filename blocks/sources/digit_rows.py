"""The digit rows source."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from app.core.block import Field, Source, whole
from app.core.tensor_type import TensorType, symbols
from blocks.sources._inspect import lacking

B = symbols("B")


@dataclass(frozen=True, kw_only=True)
class DigitRows(Source):
    """Handwritten digits read row by row, as they come: which digit was it, once all has been seen?

    The eight rows of eight pixels come in their order, but at moments drawn by chance; at all other moments nothing is
    seen. With eight steps there is no waiting. Training draws the moments anew each time, held-out examples keep
    theirs. Every tenth image of a class decides the split: 70 % train, 10 % validation, 20 % test.
    Source: E. Alpaydin and C. Kaynak, Optical Recognition of Handwritten Digits, UCI, 1998 (its test part).
    """

    steps: int = whole(8, low=8, high=1000, label="Steps", help="Moments; at eight of them a row is seen.")

    synonyms: ClassVar[tuple[str, ...]] = ("MNIST", "handwriting", "sequence classification", "many to one")
    reader: ClassVar[str] = "data_digit_rows"
    needs: ClassVar[str] = "scikit-learn"
    licence: ClassVar[str] = "CC BY 4.0"

    def fields(self) -> tuple[Field, ...]:
        rows = TensorType((B, self.steps, 8))
        return (
            Field(name="rows", type=rows, help="What is seen at each moment: grey values from 0 to 1, or nothing."),
            Field(name="label", type=TensorType((B,), "int64"), labels=tuple("0123456789"), help="Which digit it is."),
        )

    def missing(self) -> str | None:
        return lacking(self.needs)
