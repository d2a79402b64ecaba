"""The source of two people's faces."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from app.core.block import Field, Source, real, whole
from app.core.tensor_type import TensorType, symbols

B = symbols("B")


@dataclass(frozen=True, kw_only=True)
class TwoFaces(Source):
    """Drawn faces of two people; in training each makes faces alone, held out both make the same.

    A head is tilted, lies somewhere, looks somewhere, opens its eyes and bends its mouth: six numbers, which are drawn
    anew for each picture. What the two have of their own are forms and colours. Held-out pairs say what a swap of faces
    should give; in training nothing does. Beside each training face comes the same one warped, as the face of an input
    that is to be put right.
    """

    size: int = whole(64, low=8, high=512, label="Size", help="Height and width of the images.")
    examples: int = whole(1000, low=1, high=100_000, label="Examples", help="Training pictures of each.")
    held_out: int = whole(300, low=1, high=100_000, label="Held out", help="Pairs for validation, and for test.")
    warp: float = real(0.05, low=0.0, high=1.0, label="Warp", help="How far points are pulled, in half images.")
    seed: int = whole(0, low=0, label="Seed", help="Other seeds give other faces.")

    synonyms: ClassVar[tuple[str, ...]] = ("face swap", "deepfake", "identity", "expression", "domain", "drawn")
    reader: ClassVar[str] = "data_two_faces"
    licence: ClassVar[str] = "made here; free to use"

    def fields(self) -> tuple[Field, ...]:
        image = TensorType((B, 3, self.size, self.size))
        return (
            Field(name="face_a", type=image, help="A picture of the first, values from 0 to 1."),
            Field(name="face_b", type=image, help="A picture of the second."),
            Field(name="warped_a", type=image, help="The first again, warped in training."),
            Field(name="warped_b", type=image, help="The second again, warped in training."),
        )
