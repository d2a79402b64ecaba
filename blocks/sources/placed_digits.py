"""The placed digits source."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from app.core.block import Field, Source, choice, real, whole
from app.core.problems import SetArgument, ShapeError
from app.core.tensor_type import TensorType, symbols
from blocks.sources._inspect import lacking

B = symbols("B")


@dataclass(frozen=True, kw_only=True)
class PlacedDigits(Source):
    """Handwritten digits at a random place of a larger, dark image: where a digit is must not matter.

    In training every image is placed anew each time it is read; in validation and test the places are fixed. A model
    that weighs single pixels fails here, one that looks for strokes everywhere does not. Same digits and splits as
    Digits.
    """

    size: int = whole(32, low=4, high=1024, label="Size", help="Height and width of the image.")
    digit_size: int = whole(16, low=4, high=1024, label="Digit size", help="Height and width of the digit in it.")
    channels: int = whole(
        1, low=1, high=3, label="Channels", help="1 for grey, 3 for the same grey in red, green and blue."
    )
    noise: float = real(0.0, low=0.0, high=1.0, label="Noise", help="Deviation of each pixel's noise.")
    value_range: str = choice("0..1", "0..1", "-1..1", label="Value range", help="From black to white.")

    synonyms: ClassVar[tuple[str, ...]] = ("MNIST", "translated", "shifted", "images")
    reader: ClassVar[str] = "data_placed_digits"
    needs: ClassVar[str] = "scikit-learn"
    licence: ClassVar[str] = "CC BY 4.0"

    def fields(self) -> tuple[Field, ...]:
        if self.digit_size > self.size:
            raise ShapeError(
                f"Expected a digit that fits into the image; {self.digit_size} pixels do not fit into {self.size}.",
                expected=f"digit_size of at most {self.size}",
                came=str(self.digit_size),
                part="digit_size",
                fixes=(SetArgument("digit_size", self.size, label="Let the digit fill the image"),),
            )
        image = TensorType((B, self.channels, self.size, self.size))
        return (
            Field(name="image", type=image, help=f"Grey values from {self.value_range.replace('..', ' to ')}."),
            Field(name="label", type=TensorType((B,), "int64"), labels=tuple("0123456789"), help="Which digit it is."),
        )

    def missing(self) -> str | None:
        return lacking(self.needs)
