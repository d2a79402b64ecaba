"""The marked digits source."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from app.core.block import Field, Source, choice, real, whole
from app.core.tensor_type import TensorType, symbols
from blocks.sources._inspect import lacking

B = symbols("B")
SIDE = 8


@dataclass(frozen=True, kw_only=True)
class MarkedDigits(Source):
    """Handwritten digits in a grid, one of them on brighter ground: which digit is that one?

    The others are there to be overlooked, so a model has to find out where to look before it can read. In training
    neighbours and cell are drawn anew each time; in validation and test they are fixed. Same digits and splits as
    Digits.
    """

    cells: int = whole(2, low=1, high=16, label="Cells", help="Digits in a row, and in a column, of 8×8 pixels each.")
    mark: float = real(0.4, low=0.0, high=1.0, label="Mark", help="How much brighter the ground of the marked one is.")
    value_range: str = choice("0..1", "0..1", "-1..1", label="Value range", help="From black to white.")

    synonyms: ClassVar[tuple[str, ...]] = ("MNIST", "attention", "grid", "distractors", "where to look", "images")
    reader: ClassVar[str] = "data_marked_digits"
    needs: ClassVar[str] = "scikit-learn"
    licence: ClassVar[str] = "CC BY 4.0"

    def fields(self) -> tuple[Field, ...]:
        side = SIDE * self.cells
        shades = f"Grey values from {self.value_range.replace('..', ' to ')}."
        return (
            Field(name="image", type=TensorType((B, 1, side, side)), help=shades),
            Field(
                name="label", type=TensorType((B,), "int64"), labels=tuple("0123456789"), help="Which digit is marked."
            ),
        )

    def missing(self) -> str | None:
        return lacking(self.needs)
