"""The two views source."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from app.core.block import Field, Source, choice, real, whole
from app.core.tensor_type import TensorType, symbols
from blocks.sources._inspect import lacking

B = symbols("B")


@dataclass(frozen=True, kw_only=True)
class TwoViews(Source):
    """Two differently changed views of each handwritten digit, for learning without labels.

    Each view is the digit turned, scaled and moved, in other contrast, on other ground, with a piece cut out and with
    noise; both are drawn anew each time in training and are fixed in validation and test. Beside them come the image
    as it is, its label, and a mark on a few images of each class, whose labels alone a probe may see.
    Same digits and splits as Digits.
    """

    size: int = whole(32, low=8, high=512, label="Size", help="Height and width of the images.")
    channels: int = whole(
        1, low=1, high=3, label="Channels", help="1 for grey, 3 for the same grey in red, green and blue."
    )
    placing: str = choice(
        "middle", "middle", "random", label="Placing", help="Where the digit lies, half as high as the image if random."
    )
    turn: float = real(15.0, low=0.0, high=180.0, label="Turn", help="Largest turn of a view, in degrees.")
    zoom: float = real(0.25, low=0.0, high=0.9, label="Zoom", help="Largest change of a view's scale, as a share.")
    shift: float = real(0.15, low=0.0, high=1.0, label="Shift", help="Largest move of a view, as a share of the image.")
    contrast: float = real(
        0.4, low=0.0, high=1.0, label="Contrast", help="Largest loss of contrast, and of darkness, as a share."
    )
    cutout: float = real(
        0.25, low=0.0, high=1.0, label="Cutout", help="Side of the square that is cut out, as a share of the image."
    )
    noise: float = real(0.05, low=0.0, high=1.0, label="Noise", help="Deviation of each pixel's noise.")
    support: int = whole(
        5,
        low=1,
        high=17,
        label="Support per class",
        help="Images of each class, in each split, that are marked for a probe.",
    )

    synonyms: ClassVar[tuple[str, ...]] = ("augmentation", "self-supervised", "contrastive", "BYOL", "SimCLR", "digits")
    reader: ClassVar[str] = "data_two_views"
    needs: ClassVar[str] = "scikit-learn"
    licence: ClassVar[str] = "CC BY 4.0"

    def fields(self) -> tuple[Field, ...]:
        image = TensorType((B, self.channels, self.size, self.size))
        label = TensorType((B,), "int64")
        return (
            Field(name="view_a", type=image, help="One view, values from 0 to 1."),
            Field(name="view_b", type=image, help="Another view of the same digit."),
            Field(name="image", type=image, help="The image as it is."),
            Field(name="label", type=label, labels=tuple("0123456789"), help="Which digit it is."),
            Field(name="is_support", type=TensorType((B,), "bool"), help="Whether a probe may see the label."),
        )

    def missing(self) -> str | None:
        return lacking(self.needs)
