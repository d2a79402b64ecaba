"""The digit scenes source."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from app.core.block import Field, Source, real, whole
from app.core.problems import SetArgument, ShapeError
from app.core.tensor_type import TensorType, symbols
from blocks.sources._inspect import lacking

B = symbols("B")


@dataclass(frozen=True, kw_only=True)
class DigitScenes(Source):
    """Scenes with several handwritten digits of different sizes, each with its box; and windows cut out of them.

    Each scene is divided into cells, and each cell holds at most one digit, so that digits never overlap. The window
    of a scene shows one of its digits, or background that all but shows one: for nets that learn from windows and are
    then slid over scenes. In training scenes are drawn anew each time. Same digits and splits as Digits.
    """

    size: int = whole(64, low=8, high=1024, label="Size", help="Height and width of a scene.")
    cells: int = whole(2, low=1, high=8, label="Cells", help="So many across and down; each holds at most one digit.")
    smallest: int = whole(
        16, low=4, high=512, label="Smallest", help="Side of the smallest digit; cells' is the largest."
    )
    window: int = whole(16, low=4, high=256, label="Window", help="Height and width that windows are brought to.")
    noise: float = real(0.3, low=0.0, high=1.0, label="Noise", help="Deviation of each pixel's noise.")

    synonyms: ClassVar[tuple[str, ...]] = ("detection", "boxes", "bounding boxes", "MNIST", "objects")
    reader: ClassVar[str] = "data_digit_scenes"
    needs: ClassVar[str] = "scikit-learn"
    licence: ClassVar[str] = "CC BY 4.0"

    def fields(self) -> tuple[Field, ...]:
        room = self.size // self.cells
        if self.smallest > room:
            raise ShapeError(
                f"Expected digits that fit into their cells; {self.smallest} pixels do not fit into {room}.",
                expected=f"smallest of at most {room}",
                came=str(self.smallest),
                part="smallest",
                fixes=(SetArgument("smallest", room, label="Let every digit fill its cell"),),
            )
        most = self.cells**2
        classes = ("background", *"0123456789")
        scene, window = (TensorType((B, 1, side, side)) for side in (self.size, self.window))
        return (
            Field(name="image", type=scene, help="Grey values of a scene, from 0 to 1."),
            Field(
                name="boxes", type=TensorType((B, most, 4)), help="Left, top, right, bottom of each digit in pixels."
            ),
            Field(name="labels", type=TensorType((B, most), "int64"), help="Which digit each is; -1 where none is."),
            Field(name="window", type=window, help="One window of the scene, from 0 to 1."),
            Field(name="window_label", type=TensorType((B,), "int64"), labels=classes, help="What the window shows."),
        )

    def missing(self) -> str | None:
        return lacking(self.needs)
