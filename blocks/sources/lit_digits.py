"""The lit digits source."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from app.core.block import Field, Source, real, whole
from app.core.tensor_type import TensorType, symbols
from blocks.sources._inspect import lacking

B = symbols("B")


@dataclass(frozen=True, kw_only=True)
class LitDigits(Source):
    """Handwritten digits under uneven light: each image is brighter by a slope of random direction and height.

    Light changes an image more than its digit does, so that images alike are rarely of one digit; but pixels weighed
    against each other do not see it. In training the light is drawn anew each time an image is read; in validation and
    test it is fixed. Same digits and splits as Digits; grey values are no longer from 0 to 1.
    """

    size: int = whole(8, low=4, high=1024, label="Size", help="Height and width of the image.")
    light: float = real(1.0, low=0.0, high=100.0, label="Light", help="Deviation of the slopes and of the level.")

    synonyms: ClassVar[tuple[str, ...]] = ("MNIST", "illumination", "brightness", "images")
    reader: ClassVar[str] = "data_lit_digits"
    needs: ClassVar[str] = "scikit-learn"
    licence: ClassVar[str] = "CC BY 4.0"

    def fields(self) -> tuple[Field, ...]:
        image = TensorType((B, 1, self.size, self.size))
        return (
            Field(name="image", type=image, help="Grey values from 0 to 1, and light added to them."),
            Field(name="label", type=TensorType((B,), "int64"), labels=tuple("0123456789"), help="Which digit it is."),
        )

    def missing(self) -> str | None:
        return lacking(self.needs)
