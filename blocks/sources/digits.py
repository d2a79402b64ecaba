"""The digits source."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from app.core.block import Field, Source, choice, flag, whole
from app.core.tensor_type import TensorType, symbols
from blocks.sources._inspect import lacking

B = symbols("B")


@dataclass(frozen=True, kw_only=True)
class Digits(Source):
    """Handwritten digits: 1797 grey images of 8×8 pixels in ten classes, from scikit-learn.

    Every tenth image of a class in order of appearance decides the split: 70 % train, 10 % validation, 20 % test.
    Source: E. Alpaydin and C. Kaynak, Optical Recognition of Handwritten Digits, UCI, 1998 (its test part).
    """

    size: int = whole(
        8, low=4, high=1024, label="Size", help="Height and width; the 8×8 pixels are enlarged bilinearly."
    )
    channels: int = whole(
        1, low=1, high=3, label="Channels", help="1 for grey, 3 for the same grey in red, green and blue."
    )
    flat: bool = flag(False, label="Flat", help="Give each image as one row of numbers.")
    value_range: str = choice(
        "0..1", "0..1", "-1..1", label="Value range", help="From black to white; -1..1 suits a generator with tanh."
    )

    synonyms: ClassVar[tuple[str, ...]] = ("MNIST", "handwriting", "images")
    reader: ClassVar[str] = "data_digits"
    needs: ClassVar[str] = "scikit-learn"
    licence: ClassVar[str] = "CC BY 4.0"

    def fields(self) -> tuple[Field, ...]:
        shape = (self.channels, self.size, self.size)
        image = (B, self.channels * self.size * self.size) if self.flat else (B, *shape)
        return (
            Field(
                name="image", type=TensorType(image), help=f"Grey values from {self.value_range.replace('..', ' to ')}."
            ),
            Field(name="label", type=TensorType((B,), "int64"), labels=tuple("0123456789"), help="Which digit it is."),
        )

    def missing(self) -> str | None:
        return lacking(self.needs)
