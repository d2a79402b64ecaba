"""The made shapes source."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from app.core.block import Field, Source, choice, real, whole
from app.core.problems import SetArgument, ShapeError
from app.core.tensor_type import TensorType, symbols

B = symbols("B")


@dataclass(frozen=True, kw_only=True)
class Shapes(Source):
    """Circles, squares and triangles on texture, with a mask of which pixel belongs to which: made, not read.

    The three forms have the same areas, turn freely and draw their colours and textures from the same bag as the
    background, so that only the outline tells what a pixel belongs to. Images are drawn from fixed seeds, one for each
    split.
    """

    size: int = whole(64, low=16, high=1024, label="Size", help="Height and width of the image.")
    channels: int = whole(1, low=1, high=3, label="Channels", help="1 for grey, 3 for colour.")
    most: int = whole(3, low=1, high=16, label="Most shapes", help="Most shapes in an image; each has at least one.")
    noise: float = real(0.05, low=0.0, high=1.0, label="Noise", help="Deviation of each pixel's noise.")
    valid_margin: int = whole(
        0,
        low=0,
        high=500,
        label="Valid margin",
        help="Pixels to leave out on each side of the mask, as a network does "
        "whose convolutions do not pad: (size - output) / 2.",
    )
    examples: int = whole(
        1000, low=10, high=1_000_000, label="Examples", help="Images for training; a fifth as many for the others."
    )
    value_range: str = choice("0..1", "0..1", "-1..1", label="Value range", help="From black to white.")
    seed: int = whole(0, low=0, label="Seed", help="Other seeds give other images.")

    synonyms: ClassVar[tuple[str, ...]] = ("segmentation", "masks", "synthetic", "circles")
    reader: ClassVar[str] = "data_shapes"
    licence: ClassVar[str] = "made here; free to use"

    def fields(self) -> tuple[Field, ...]:
        side = self.size - 2 * self.valid_margin
        if side < 1:
            most = (self.size - 1) // 2
            raise ShapeError(
                f"Expected a margin of at most {most}, so that something of {self.size} pixels is left; "
                f"{self.valid_margin} came.",
                expected=f"valid_margin of at most {most}",
                came=str(self.valid_margin),
                part="valid_margin",
                fixes=(SetArgument("valid_margin", 0, label="Keep the whole mask"),),
            )
        image = TensorType((B, self.channels, self.size, self.size))
        labels = ("background", "circle", "square", "triangle")
        return (
            Field(name="image", type=image, help=f"Values from {self.value_range.replace('..', ' to ')}."),
            Field(name="mask", type=TensorType((B, side, side), "int64"), labels=labels, help="Each pixel's class."),
        )
